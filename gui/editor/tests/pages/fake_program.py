#!/usr/bin/env python3
"""A program that takes the place of dyad-webview and does what DYAD_FAKE says."""

import json
import os
import socket
import struct
import sys
import time

HELLO, MESSAGE, FAILED, DROPPED = 0x101, 0x102, 0x103, 0x104


def frame(kind, content):
    return struct.pack("<II", len(content), kind) + content


def hello(protocol=1):
    text = {"protocol": protocol, "version": "9.9.9", "engine": "none"}
    return frame(HELLO, json.dumps(text).encode())


def says(method, **params):
    message = {"jsonrpc": "2.0", "method": method, "params": params}
    return frame(MESSAGE, json.dumps(message).encode())


def greets():
    message = {"jsonrpc": "2.0", "id": 1, "method": "hello", "params": {"protocol": 1}}
    return frame(MESSAGE, json.dumps(message).encode())


def for_ever():
    while True:
        time.sleep(60)


def read_all():
    while there.recv(1 << 16):
        pass


there = socket.socket(fileno=os.dup(0))
kind = os.environ["DYAD_FAKE"]
if kind == "exits":
    sys.exit(127)
elif kind == "other version":
    there.sendall(hello(protocol=77))
    read_all()
elif kind == "garbage":
    there.sendall(b"GET / HTTP/1.1\r\n\r\n" * 100)
    read_all()
elif kind == "no hello":
    there.sendall(says("painted"))
    read_all()
elif kind == "a longer frame than any":
    there.sendall(hello() + struct.pack("<II", 0x7FFFFFFF, MESSAGE))
    read_all()
elif kind == "half a frame":
    there.sendall(hello() + frame(MESSAGE, b"{}")[:-1])
elif kind == "fails":
    there.sendall(hello() + frame(FAILED, "kein Bildschirm".encode()))
    read_all()
elif kind == "no text":
    there.sendall(hello() + frame(MESSAGE, b"\xff\xfe"))
    read_all()
elif kind == "reads nothing":
    # Painted, and then as if it was stopped: what it is told stays in the socket.
    there.sendall(hello() + greets() + says("painted"))
    for_ever()
elif kind == "ends well":
    there.sendall(hello() + greets() + says("painted"))
    there.recv(1)
elif kind == "a bomb":
    # As much as a message holds, again and again.
    there.sendall(hello() + greets() + says("painted"))
    ask = {"jsonrpc": "2.0", "id": 1, "method": "getAllParameters"}
    while True:
        there.sendall(frame(MESSAGE, json.dumps([ask] * 64).encode()) * 20)
elif kind == "asks for everything":
    # Without ever reading an answer: each is some kilobytes.
    there.sendall(hello() + greets() + says("painted"))
    ask = {"jsonrpc": "2.0", "id": 1, "method": "getAllParameters"}
    while True:
        there.sendall(frame(MESSAGE, json.dumps(ask).encode()) * 100)
