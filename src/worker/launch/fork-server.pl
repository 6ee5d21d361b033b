# Starts commands for a supervisor. A small process forks in a fraction of the time that a large one takes, and its user
# is not held up meanwhile. Linux only: exits at once where it does not know the numbers of its system calls.
#
# Orders on stdin, each after its length in four bytes (big-endian), fields parted by NUL:
#   run <id> <command> <NAME=value>...   runs /bin/sh -c <command> in a session of its own
#   opened <pid>                         its reader has opened the two pipes, so that they may be closed here
# Answers on stdout, a line each:
#   ready <fd>                           takes orders; <fd> can be opened by way of /proc if pipes can
#   started <id> <pid> <fd> <fd>         the reading ends of its stdout and stderr, as numbers of this process
#   failed <id> <errno> <text>           was not started
#   ended <pid> <status> <cpu> <memory>  status of wait(2), microseconds of CPU, KiB at the peak
# It ends with its stdin; what it has started goes on.
use strict;
use warnings;
use POSIX ();

my %CALLS = (
    x86_64  => { wait4 => 61,  signalfd4 => 289 },
    aarch64 => { wait4 => 260, signalfd4 => 74 },
);
my $SFD_CLOEXEC_NONBLOCK = 0x80800;
my $RUSAGE_SIZE = 144;
my @END_SIGNALS = qw(INT TERM HUP);

my $calls = $CALLS{ (POSIX::uname())[4] };
exit 1 if $^O ne 'linux' || !$calls || length(pack('l!', 0)) != 8;

# A signal as something to read: no end of a child is missed between looking and waiting.
my $child_ends = POSIX::SigSet->new(POSIX::SIGCHLD());
POSIX::sigprocmask(POSIX::SIG_BLOCK(), $child_ends);
my $mask = pack('Q', 1 << (POSIX::SIGCHLD() - 1));
my $signal_fd = syscall($calls->{signalfd4}, -1, $mask, length $mask, $SFD_CLOEXEC_NONBLOCK);
exit 1 if $signal_fd < 0;
open(my $signals, '<&=', $signal_fd) or exit 1;
open(my $nothing, '<', '/dev/null') or exit 1;

# The supervisor decides when it leaves, and closes stdin then.
$SIG{$_} = 'IGNORE' for @END_SIGNALS;

my %readers;
my $input = '';
pipe(my $probe, my $probe_writer) or exit 1;
answer('ready', fileno $probe);

while (1) {
    my $ready = '';
    vec($ready, $_, 1) = 1 for 0, $signal_fd;
    next if select($ready, undef, undef, undef) < 0;
    if (vec($ready, $signal_fd, 1)) {
        sysread($signals, my $ignored, 4096);
        collect();
    }
    next if !vec($ready, 0, 1);
    exit 0 if !sysread(STDIN, $input, 65536, length $input);
    while (length $input >= 4 && length $input >= 4 + unpack('N', $input)) {
        my $length = unpack('N', $input);
        my ($order, @fields) = split /\0/, substr($input, 4, $length), -1;
        substr($input, 0, 4 + $length) = '';
        if ($order eq 'run') { run(@fields) }
        else                 { delete $readers{ $fields[0] } }
    }
}

sub run {
    my ($id, $command, @variables) = @_;
    my ($out, $out_writer, $err, $err_writer, $failure, $failure_writer);
    return failed($id)
        if !pipe($out, $out_writer) || !pipe($err, $err_writer) || !pipe($failure, $failure_writer);
    my $server = $$;
    my $pid = fork();
    return failed($id) if !defined $pid;
    if ($pid == 0) {
        become($server, $command, \@variables, $out_writer, $err_writer);
        syswrite($failure_writer, ($! + 0) . " $!");
        POSIX::_exit(127);
    }
    close $_ for $out_writer, $err_writer, $failure_writer;
    # Closed by the exec that succeeds.
    if (sysread($failure, my $text, 200)) {
        waitpid($pid, 0);
        return answer('failed', $id, $text);
    }
    $readers{$pid} = [$out, $err];
    answer('started', $id, $pid, fileno $out, fileno $err);
}

sub become {
    my ($server, $command, $variables, $out, $err) = @_;
    POSIX::setsid();
    $SIG{$_} = 'DEFAULT' for @END_SIGNALS;
    POSIX::sigprocmask(POSIX::SIG_UNBLOCK(), $child_ends);
    POSIX::dup2(fileno $nothing, 0);
    POSIX::dup2(fileno $out, 1);
    POSIX::dup2(fileno $err, 2);
    for (@$variables) {
        my ($name, $value) = split /=/, $_, 2;
        $ENV{$name} = $value;
    }
    # Nobody would ever hear of it.
    POSIX::_exit(127) if getppid() != $server;
    no warnings 'exec';    # The caller tells the failure.
    exec { '/bin/sh' } '/bin/sh', '-c', $command;
}

sub collect {
    while (1) {
        my ($status, $usage) = (pack('i', 0), "\0" x $RUSAGE_SIZE);
        my $pid = syscall($calls->{wait4}, -1, $status, POSIX::WNOHANG(), $usage);
        return if $pid <= 0;
        my ($user_s, $user_us, $system_s, $system_us, $memory) = unpack('l!5', $usage);
        my $cpu = 1_000_000 * ($user_s + $system_s) + $user_us + $system_us;
        answer('ended', $pid, unpack('i', $status), $cpu, $memory);
    }
}

sub failed { answer('failed', $_[0], ($! + 0) . " $!") }

sub answer { syswrite(STDOUT, "@_\n") or exit 1 }
