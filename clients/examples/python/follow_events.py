"""Follows an organization's events over server-sent events, with Python's standard library alone.

usage: follow_events.py HUB_URL TOKEN CURSOR_FILE [COUNT]
The cursor file holds the sequence of the last event that was dealt with: started again, the program goes on behind it, and misses
nothing and sees nothing twice. Ends after COUNT events; without it, never.
"""
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request


def events(url, token, after):
    """Yields CloudEvents as dictionaries, and connects again whenever the stream breaks."""
    while True:
        request = urllib.request.Request(f"{url}/v1/events", headers={"Authorization": f"token {token}", "Last-Event-ID": str(after)})
        try:
            with urllib.request.urlopen(request) as stream:
                for line in stream:
                    if line.startswith(b"data: "):
                        event = json.loads(line[len("data: "):])
                        after = int(event["sequence"])
                        yield event
        except urllib.error.HTTPError as error:
            failure = json.load(error)
            sys.exit(f"{failure['code']}: {failure['message']}")
        except (urllib.error.URLError, http.client.HTTPException, ConnectionError) as error:
            print(f"{error}; connecting again", file=sys.stderr)
        time.sleep(1)


def main():
    url, token, cursor = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else None
    after = int(open(cursor).read()) if os.path.exists(cursor) else 0
    for event in events(url, token, after):
        print(event["sequence"], event["type"], event["subject"], event["data"].get("state", ""), flush=True)
        # First deal with the event, then move the cursor: in one transaction where the two must agree.
        with open(cursor + ".new", "w") as file:
            file.write(event["sequence"])
        os.replace(cursor + ".new", cursor)
        if count is not None:
            count -= 1
            if count == 0:
                return


if __name__ == "__main__":
    main()
