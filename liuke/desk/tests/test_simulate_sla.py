"""`liuke simulate sla FILE`: the answer on standard output, anything else on standard error with exit status 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent / "data" / "sla-examples.json"


def simulate(file, tmp_path, stdin=b"", **more):
    environment = {**os.environ, "LIUKE_DATA": str(tmp_path / "var"), **more}
    command = [sys.executable, "-m", "liuke", "simulate", "sla", str(file)]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, env=environment, check=False)


def test_the_same_file_comes_back_and_nothing_is_written_anywhere(tmp_path):
    done = simulate(EXAMPLES, tmp_path)

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == json.loads(EXAMPLES.read_bytes())
    assert list(tmp_path.iterdir()) == []


def test_standard_input_will_do(tmp_path):
    done = simulate("-", tmp_path, stdin=EXAMPLES.read_bytes())

    assert json.loads(done.stdout) == json.loads(EXAMPLES.read_bytes())


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_any_text_is_printed_by_any_terminal(tmp_path, encoding):
    body = json.loads(EXAMPLES.read_bytes())
    body["scenarios"] = [body["scenarios"][0] | {"title": "周末 \ud800"}]

    done = simulate("-", tmp_path, stdin=json.dumps(body).encode(), PYTHONIOENCODING=encoding)

    assert json.loads(done.stdout) == body


@pytest.mark.parametrize(
    ("content", "code"),
    [(b'{"schema": ', b"not_json"), (b"\xff\xfe", b"unreadable"), (None, b"unreadable"), (b"{}", b"wrong_schema")],
)
def test_a_file_that_is_not_understood_leaves_standard_output_empty(tmp_path, content, code):
    file = tmp_path / "what-if.json"
    if content is not None:
        file.write_bytes(content)

    done = simulate(file, tmp_path)

    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"liuke: " + code + b": ")
    assert done.stderr.count(b"\n") == 1
