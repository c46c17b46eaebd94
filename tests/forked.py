"""Ask a process that listens for a fork that does what `python -m cecli` does, and end as it ends.

It is run by the words that `forking.listening` yields, from a shell: ADDRESS [ARGUMENT…]
"""

import json
import os
import socket
import sys

LONGEST_NUMBER = 32


def main() -> None:
    _, address, *arguments = sys.argv
    request = arguments, dict(os.environ), os.getcwd()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as channel:
        channel.connect(address)
        socket.send_fds(channel, [json.dumps(request).encode()], [0, 1, 2])
        channel.recv(LONGEST_NUMBER)  # of the process
        status = int(channel.recv(LONGEST_NUMBER))
    if status < 0:  # it was ended by a signal
        os.kill(os.getpid(), -status)
    os._exit(status)


if __name__ == "__main__":
    main()
