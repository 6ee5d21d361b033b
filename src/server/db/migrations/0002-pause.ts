/** What a paused workflow goes back to. */

export const statements = ['alter table workflow add column limit_before_pause integer'];
