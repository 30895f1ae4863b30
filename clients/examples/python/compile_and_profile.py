"""Compiles a model and measures the product, over the hub's REST API and Python's standard library alone.

usage: compile_and_profile.py HUB_URL TOKEN MODEL INPUT=SHAPE
e.g.   compile_and_profile.py http://127.0.0.1:8080 TOKEN samples/digits/digits.pt image=1,1,8,8
"""
import json
import os
import sys
import time
import urllib.error
import urllib.request


class Hub:
    def __init__(self, url, token):
        self.url, self.token = url, token

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            failure = json.load(error)
            sys.exit(f"{failure['code']}: {failure['message']}")

    def upload(self, path):
        size = os.path.getsize(path)
        created = self.call("POST", "/v1/models", {"name": os.path.basename(path), "filename": os.path.basename(path), "size_bytes": size})
        part_bytes = int(created["upload"]["part_bytes"])
        with open(path, "rb") as file:
            for part in range((size + part_bytes - 1) // part_bytes):
                direct = created["upload"].get("part_urls")
                url = direct[part] if direct else created["upload"]["url"].replace("{part}", str(part))
                urllib.request.urlopen(urllib.request.Request(url, method="PUT", data=file.read(part_bytes))).close()
        model = created["model"]["model_id"]
        self.call("POST", f"/v1/models/{model}/complete", {})
        return model

    def run(self, spec):
        job = self.call("POST", "/v1/jobs", {"spec": spec})
        while job["phase"] != "ENDED":
            time.sleep(0.1)
            job = self.call("GET", f"/v1/jobs/{job['job_id']}")
        if job["state"] != "SUCCESS":
            sys.exit(f"{job['failure']['code']}: {job['failure']['message']}")
        return job


def main():
    url, token, path, given = sys.argv[1:]
    name, shape = given.split("=")
    hub = Hub(url, token)
    model = hub.upload(path)
    compiled = hub.run({"compile": {
        "model_id": model,
        "input_specs": [{"name": name, "dtype": "float32", "shape": [int(dim) for dim in shape.split(",")]}],
        "options": "--target_runtime tflite",
    }})
    job = hub.run({"profile": {"model_id": compiled["target_model_id"], "device": {"name": "local-cpu"}}})
    profile = hub.call("GET", f"/v1/jobs/{job['job_id']}/result")["profile"]
    low, high = profile["measurement"]["statistics"]["p50_interval"]
    print(f"median {profile['measurement']['statistics']['p50']:.1f} us (95 % interval {low:.1f} to {high:.1f})")


if __name__ == "__main__":
    main()
