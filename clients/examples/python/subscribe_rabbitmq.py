"""Follows events on RabbitMQ's topic exchange, with pika (Debian: python3-pika).

usage: subscribe_rabbitmq.py AMQP_URL QUEUE BINDING [COUNT]
BINDING is ORGANIZATION.TYPE with * and #, e.g. "*.job.ended" or "oq5d1k0zp.#". The queue outlives the program: what happens while it is
away waits there. An event may come twice; its id tells. Ends after COUNT events; without it, never.
"""
import json
import sys

import pika


def main():
    url, queue, binding = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else None
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.exchange_declare("hub.events", exchange_type="topic", durable=True)
    channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(queue, "hub.events", binding)
    channel.basic_qos(prefetch_count=100)
    print("bound", file=sys.stderr, flush=True)
    if count == 0:
        return
    seen = set()
    for method, properties, body in channel.consume(queue):
        event = json.loads(body)
        if event["id"] not in seen:
            print(event["sequence"], event["type"], event["subject"], event["data"].get("state", ""), flush=True)
            seen.add(event["id"])
        # Acknowledged once it is dealt with: a program that dies before gets it again.
        channel.basic_ack(method.delivery_tag)
        if count is not None and len(seen) >= count:
            break
    channel.cancel()
    connection.close()


if __name__ == "__main__":
    main()
