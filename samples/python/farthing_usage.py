"""Sends what a pipeline uses to Farthing's ledger: python3's standard library, nothing else. docs/usage.md says what may be sent."""
import json, os, time, urllib.error, urllib.request, uuid
from datetime import datetime, timezone


class Farthing:
    """FARTHING_URL is the server (http://127.0.0.1:8080), FARTHING_KEY a key of it (fk-…) where it needs one."""

    def __init__(self, source, run, url=None, key=None):
        self.source, self.run, self.lease = source, run, str(uuid.uuid4())
        self.url = (url or os.environ["FARTHING_URL"]) + "/v1/usage"
        self.headers = {"content-type": "application/cloudevents-batch+json", "authorization": f"Bearer {key or os.environ.get('FARTHING_KEY', '')}"}

    def send(self, *events, tries=8):
        """Sends (type, data) pairs until they are booked. An id goes with its event for ever, so sending again never counts twice."""
        now = datetime.now(timezone.utc).isoformat()
        body = json.dumps([{"specversion": "1.0", "id": str(uuid.uuid4()), "source": self.source, "type": "farthing." + kind, "time": now, "data": data} for kind, data in events]).encode()
        for wait in range(tries):
            try:
                with urllib.request.urlopen(urllib.request.Request(self.url, body, self.headers), timeout=30) as answer:
                    told = json.load(answer)["events"]
                if bad := [one for one in told if one["status"] not in ("accepted", "duplicate")]:
                    raise ValueError(f"Farthing did not book {bad}")
                return told
            except (urllib.error.HTTPError, OSError) as error:
                if wait == tries - 1 or getattr(error, "code", 503) not in (429, 503):
                    raise
                time.sleep(float((getattr(error, "headers", None) or {}).get("Retry-After") or 2**wait / 10))

    def pipeline(self, pipe, resource, stage="unet"):
        """Wraps a diffusers pipeline: a lease of the device from here to close(), and each call an attempt with its device time."""
        begun, self.idle_since = time.monotonic_ns(), time.monotonic_ns()
        self.idle = 0
        self.send(("lease.opened", {"lease": self.lease, "run": self.run, "resource": resource}))

        def call(render, *args, **options):
            start, key, outcome = time.monotonic_ns(), {"run": self.run, "render": render}, "failed"
            self.idle += start - self.idle_since
            try:
                result, outcome = pipe(*args, **options), "delivered"
                return result
            finally:
                self.idle_since = time.monotonic_ns()
                self.send(
                    ("attempt.started", {**key, "lease": self.lease}), ("attempt.ended", {**key, "outcome": outcome}),
                    ("usage", {**key, "lease": self.lease, "stage": stage, "device_us": (self.idle_since - start) // 1000}),
                    ("lease.heartbeat", {"lease": self.lease, "elapsed_us": (self.idle_since - begun) // 1000, "idle_us": self.idle // 1000}))

        def close():
            end = time.monotonic_ns()
            self.send(("lease.closed", {"lease": self.lease, "elapsed_us": (end - begun) // 1000, "idle_us": (self.idle + end - self.idle_since) // 1000}))

        call.close = close
        return call

    def openai(self, create, render=None, stage="caption"):
        """Wraps client.chat.completions.create: its tokens by class, those of the provider's cache apart."""
        def call(**options):
            answer = create(**options)
            cached = getattr(getattr(answer.usage, "prompt_tokens_details", None), "cached_tokens", None) or 0
            meters = {"input-tokens": answer.usage.prompt_tokens - cached, "cached-input-tokens": cached, "output-tokens": answer.usage.completion_tokens}
            self.send(("usage", {"run": self.run, "stage": stage, "resource": "llm/openai/" + options["model"], "meters": meters, **({"render": render} if render else {})}))
            return answer
        return call
