#!/usr/bin/env python3
"""Measures POST /v1/usage of a running server: farthing serve --config usage.yaml, then bench/usage.py http://127.0.0.1:8080 [key].

One client sends single events one after the other (each waits for its commit); then 8 clients send batches of 500. It judges nothing.
"""
import http.client, json, sys, threading, time, urllib.parse, uuid

SINGLES, CLIENTS, BATCHES, BATCH = 2000, 8, 10, 500
address, key, run = urllib.parse.urlparse(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "", str(uuid.uuid4())


def event(name):
    return {"specversion": "1.0", "source": "/bench/" + run, "id": name, "type": "farthing.usage", "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "data": {"run": run, "render": name, "stage": "caption", "resource": "llm/openai/gpt-4o-mini", "meters": {"input-tokens": 812, "output-tokens": 92}}}


def post(connection, body, kind):
    connection.request("POST", "/v1/usage", body, {"content-type": kind, "authorization": "Bearer " + key})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        sys.exit(f"{answer.status} {text[:500]}")


def client(number):
    connection = http.client.HTTPConnection(address.hostname, address.port)
    for body in bodies[number]:
        post(connection, body, "application/cloudevents-batch+json")


connection, took = http.client.HTTPConnection(address.hostname, address.port), []
for i in range(SINGLES):
    body = json.dumps(event(f"single-{i}"))
    start = time.perf_counter()
    post(connection, body, "application/cloudevents+json")
    took.append((time.perf_counter() - start) * 1000)
took = sorted(took[SINGLES // 10:])
print(f"single events, one client, each on the disk when answered: p50 {took[len(took) // 2]:.2f} ms, p99 {took[int(len(took) * .99)]:.2f} ms, {len(took)} events")

bodies = [[json.dumps([event(f"{c}-{b}-{i}") for i in range(BATCH)]) for b in range(BATCHES)] for c in range(CLIENTS)]
threads = [threading.Thread(target=client, args=(c,)) for c in range(CLIENTS)]
start = time.perf_counter()
[thread.start() for thread in threads]
[thread.join() for thread in threads]
seconds = time.perf_counter() - start
count = CLIENTS * BATCHES * BATCH
print(f"batches of {BATCH}, {CLIENTS} clients: {count / seconds:,.0f} events/s, {2 * count / seconds:,.0f} charges/s")
