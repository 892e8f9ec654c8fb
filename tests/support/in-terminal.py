"""Runs a program in a terminal of its own: python3 in-terminal.py ROWS COLUMNS PROGRAM [ARGUMENT]...

What it writes comes out here; lines `resize ROWS COLUMNS` on standard input change the size of the terminal. Ends as the
program does."""
import fcntl, os, pty, select, signal, struct, sys, termios

rows, columns, *command = sys.argv[1:]


def resize(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))


ready, go = os.pipe()
child, terminal = pty.fork()
if child == 0:
    os.read(ready, 1)
    os.execvp(command[0], command)
resize(terminal, rows, columns)
os.write(go, b"x")
sources = [terminal, 0]
while True:
    readable, _, _ = select.select(sources, [], [])
    if 0 in readable:
        line = os.read(0, 4096).decode()
        if line == "":
            # Nobody looks any more.
            os.kill(child, signal.SIGKILL)
            break
        for words in (each.split() for each in line.splitlines()):
            if words and words[0] == "resize":
                resize(terminal, words[1], words[2])
            elif words and words[0] == "type":
                os.write(terminal, bytes.fromhex(words[1]))
    if terminal in readable:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(status if status >= 0 else 128 - status)
