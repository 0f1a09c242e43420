"""A fast asyncio server for `throughput.py`: echoes prompts after a fixed latency, and fails first tries as told."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json


class Server:
    """Speaks just enough HTTP/1.1 and OpenAI chat completions."""

    def __init__(self, latency: float, faults: bool) -> None:
        self.latency = latency
        self.faults = faults
        self.served = 0
        self._tried: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = next((line for line in head.lower().splitlines() if line.startswith("content-length:")), ":0")
                body = await reader.readexactly(int(length.partition(":")[2]))
                if not await self._answer(head, body, writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _answer(self, head: str, body: bytes, writer: asyncio.StreamWriter) -> bool:
        if head.startswith("GET"):
            await _send(writer, 200, str(self.served).encode())
            return True
        asked = json.loads(body)
        prompt = asked["messages"][-1]["content"]
        fault = self._fault(prompt)
        await asyncio.sleep(self.latency)
        if fault == "drop":
            return False
        if fault == "429":
            await _send(writer, 429, b'{"error": {"message": "slow down"}}', "Retry-After: 1\r\n")
        elif fault == "500":
            await _send(writer, 500, b'{"error": {"message": "oops"}}')
        else:
            self.served += 1
            message = {"role": "assistant", "content": f"echo: {prompt}"}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            usage = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}
            answer = {"id": "c", "object": "chat.completion", "created": 1, "model": asked["model"], "usage": usage}
            await _send(writer, 200, json.dumps({**answer, "choices": [choice]}).encode())
        return True

    def _fault(self, prompt: str) -> str | None:
        if not self.faults or prompt in self._tried:
            return None
        self._tried.add(prompt)
        chance = hashlib.sha256(prompt.encode()).digest()[0] * 100 // 256
        return "429" if chance < 5 else "drop" if chance < 7 else "500" if chance < 8 else None


async def _send(writer: asyncio.StreamWriter, status: int, body: bytes, headers: str = "") -> None:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()


async def main() -> None:
    """Serve until ended; the first line of output is the base URL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--faults", action="store_true")
    options = parser.parse_args()
    owner = Server(options.latency, options.faults)
    running = await asyncio.start_server(owner.serve, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}/v1", flush=True)
    async with running:
        await running.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
