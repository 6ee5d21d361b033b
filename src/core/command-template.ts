import { SkepError } from './errors.ts';
import { reprOf, textOf } from './python-text.ts';

/** A command template that is parsed once and expanded for every task. */
export interface CommandTemplate {
  readonly text: string;
  /** The distinct names of the placeholders, in the order of their first appearance. */
  readonly placeholders: readonly string[];
  /**
   * The command for one task. Values are not quoted for the shell: quotes belong to the template. Values without a
   * placeholder are ignored.
   * @throws SkepError argument_invalid if a placeholder has no value or its value has no text form.
   */
  expand(values: Readonly<Record<string, unknown>>): string;
}

/**
 * Parses a template: `{name}` stands for the text of a value, `{name!s}` likewise, `{name!r}` for the quoted text that a
 * string has inside a list; `{{` and `}}` are literal braces. The further forms of Python's format strings are refused.
 *
 * Source: client §8.
 * @throws SkepError template_invalid with the placeholder and its position (in UTF-16 units, from 0).
 */
export function compileTemplate(template: string): CommandTemplate {
  const parts = parse(template);
  const names = parts.filter((part) => typeof part !== 'string').map((field) => field.name);
  return {
    text: template,
    placeholders: [...new Set(names)],
    expand: (values) => {
      // Joined, it is one flat string; one that is added up piece by piece keeps all its pieces until somebody reads it.
      return parts.map((part) => (typeof part === 'string' ? part : fieldText(part, values))).join('');
    },
  };
}

/** The distinct placeholder names of a template, in order. @throws as {@link compileTemplate} */
export function placeholdersOf(template: string): string[] {
  return [...compileTemplate(template).placeholders];
}

/** Expands a template that is needed only once. @throws as {@link compileTemplate} and {@link CommandTemplate.expand} */
export function expandTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
  return compileTemplate(template).expand(values);
}

interface Field {
  readonly name: string;
  /** `textOf` or `reprOf`. */
  readonly convert: (value: unknown) => string;
}

/** Literal text up to the next brace; an escaped brace; a whole placeholder; or a brace that belongs to nothing. */
const PIECE = /[^{}]+|\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/** Only names that can be the name of an argument; with the hyphen, which Python callers can pass by mapping. */
const FIELD = /^([\p{L}_][\p{L}\p{M}\p{N}_-]*)(?:!([sr]))?$/u;

function parse(template: string): (string | Field)[] {
  const parts: (string | Field)[] = [];
  let literal = '';
  for (const { 0: piece, 1: inside, index } of template.matchAll(PIECE)) {
    if (inside !== undefined) {
      parts.push(literal, parseField(inside, index));
      literal = '';
    } else if (piece === '{' || piece === '}') {
      const sentence = `The brace ${piece} at position ${index} of the command template belongs to no placeholder: write ${piece}${piece} for the character itself.`;
      throw new SkepError('template_invalid', sentence);
    } else {
      literal += piece === '{{' || piece === '}}' ? piece[0] : piece;
    }
  }
  return [...parts, literal].filter((part) => part !== '');
}

function parseField(inside: string, index: number): Field {
  const [, name, conversion] = FIELD.exec(inside) ?? [];
  if (name === undefined) {
    const sentence = `The placeholder {${inside}} at position ${index} of the command template is not a plain name: only {name}, {name!s} and {name!r} are understood; write {{ and }} for braces.`;
    throw new SkepError('template_invalid', sentence);
  }
  return { name, convert: conversion === 'r' ? reprOf : textOf };
}

function fieldText({ name, convert }: Field, values: Readonly<Record<string, unknown>>): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) throw new SkepError('argument_invalid', `The placeholder {${name}} has no value.`);
  return convert(value);
}
