"""Stands between limbeck and a server: counts the statements that change something, and strikes at one of them."""
import socket, threading, time

PHASES = ("before", "during", "after")


class Between:
    """`strike` is called at the statement `number`: before the server has got it, while it is at it, or when it is done
    and nobody has heard of that."""

    # Questions, and what only sets something for the session.
    HARMLESS = ("SELECT", "SHOW", "SET", "USE", "START", "BEGIN", "UNLOCK", "ROLLBACK", "DO", "WITH")

    def __init__(self, host, port):
        self.server, self.lock = (host, port), threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.reset(None, None, None)
        threading.Thread(target=self.accept, daemon=True).start()

    def reset(self, number, phase, strike):
        with self.lock:
            self.seen, self.number, self.phase, self.strike, self.struck = [], number, phase, strike, False

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        silent = threading.Event()
        try:
            with client, socket.create_connection(self.server) as server:
                threading.Thread(target=self.answers, args=(server, client, silent), daemon=True).start()
                try:
                    self.questions(client, server, silent)
                finally:
                    # Closing alone does not reach a server whose answer somebody still waits for.
                    server.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # one end was killed

    def answers(self, server, client, silent):
        try:
            while data := server.recv(65536):
                if silent.is_set():
                    # The server is done with it, and nobody hears of that.
                    return self.hit()
                client.sendall(data)
        except OSError:
            pass
        finally:
            try:
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def questions(self, client, server, silent):
        left, talk = b"", self.talk()
        while data := client.recv(65536):
            left += data
            while size := talk.size(left):
                packet, left = left[:size], left[size:]
                statement = talk.statement(packet)
                phase = self.note(statement) if statement is not None else None
                if phase == "before":
                    return self.hit()
                if phase == "after":
                    silent.set()
                server.sendall(packet)
                if phase == "during":
                    time.sleep(0.004)
                    return self.hit()

    def note(self, text):
        """Whether this is the statement, and so the phase in which to strike."""
        word = text.split(None, 1)[0].upper() if text.strip() else ""
        if word.startswith(self.HARMLESS):
            return None
        with self.lock:
            self.seen.append(text[:60])
            return self.phase if len(self.seen) - 1 == self.number else None

    def hit(self):
        with self.lock:
            strike, self.struck = (None if self.struck else self.strike), True
        if strike:
            strike()


class Mysql(Between):
    class talk:
        """One client's side. What it reads is a packet: three bytes for the length, the number, the kind."""

        def size(self, data):
            size = 4 + int.from_bytes(data[:3], "little")
            return size if len(data) >= 4 and len(data) >= size else None

        def statement(self, packet):
            if packet[3] != 0 or len(packet) < 5:
                return None
            # A text, or a prepared statement that is carried out: those write the journal and the record.
            return {0x03: packet[5:].decode(errors="replace").lstrip(), 0x17: "(prepared)"}.get(packet[4])


class Postgres(Between):
    class talk:
        """One client's side: a message is a letter, four bytes for the length, and the rest; but for the first ones."""

        def __init__(self):
            self.begun, self.texts, self.portals = False, {}, {}

        def size(self, data):
            at = 1 if self.begun else 0
            size = at + int.from_bytes(data[at:at + 4], "big")
            return size if len(data) >= at + 4 and len(data) >= size else None

        def statement(self, message):
            if not self.begun:
                # Version 3: from here on they have letters. Before it, the client may ask for TLS.
                self.begun = message[4:6] == b"\0\3"
                return None
            kind, rest = message[:1], message[5:]
            parts = rest.split(b"\0")
            if kind == b"P":
                self.texts[parts[0]] = parts[1].decode(errors="replace").lstrip()
            elif kind == b"B":
                self.portals[parts[0]] = self.texts.get(parts[1], "")
            elif kind == b"E":
                return self.portals.get(parts[0], "")
            elif kind == b"Q":
                return parts[0].decode(errors="replace").lstrip()
            return None
