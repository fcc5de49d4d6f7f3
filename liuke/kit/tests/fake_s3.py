"""A bucket on this machine: as much of S3 as pictures need, with signatures looked for and every header noted."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class FakeBucket:
    """`with FakeBucket() as bucket`: `url` to reach it, `files` by path, `down` to answer 500 from now on."""

    def __enter__(self):
        self.files, self.seen, self.down = {}, [], False
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def _handler(bucket):  # noqa: N805  the handler below has a self of its own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, body=b"", *, head=False):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Last-Modified", "Mon, 02 Nov 2026 09:00:00 GMT")
                self.send_header("ETag", '"x"')
                self.end_headers()
                if not head:
                    self.wfile.write(body)

            def work(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = self.path.partition("?")[0]
                bucket.seen.append((self.command, path, dict(self.headers)))
                head = self.command == "HEAD"
                if bucket.down:
                    return self.answer(500, head=head)
                if not self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 Credential=key/"):
                    return self.answer(403, head=head)
                if self.command == "PUT":
                    bucket.files[path] = (body, self.headers["Content-Type"])
                    return self.answer(200)
                if self.command == "DELETE":
                    bucket.files.pop(path, None)
                    return self.answer(204)
                if path not in bucket.files:
                    return self.answer(404, head=head)
                return self.answer(200, bucket.files[path][0], head=head)

            do_GET = do_PUT = do_HEAD = do_DELETE = work  # noqa: N815  the names http.server asks for

            def log_message(self, *_):
                pass

        return Handler
