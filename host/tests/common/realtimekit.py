"""A RealtimeKit that does what its argument says, and prints what it was asked.

grant: like the real one; refuse: as the real one does for users without a seat; silent: never
answers; nonsense: its properties are texts.
"""

import os
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.freedesktop.RealtimeKit1"
MODE = sys.argv[1]


class Refused(dbus.DBusException):
    _dbus_error_name = "org.freedesktop.DBus.Error.AccessDenied"


class Service(dbus.service.Object):
    @dbus.service.method("org.freedesktop.DBus.Properties", in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        print("get", interface, name, flush=True)
        if MODE == "nonsense":
            return "much"
        return {"MaxRealtimePriority": dbus.Int32(20), "RTTimeUSecMax": dbus.Int64(200000)}[name]

    @dbus.service.method(NAME, in_signature="tu", sender_keyword="sender", async_callbacks=("done", "failed"))
    def MakeThreadRealtime(self, thread, priority, sender, done, failed):
        process = bus.call_blocking(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
            "GetConnectionUnixProcessID", "s", [sender],
        )
        with open(f"/proc/{process}/limits") as limits:
            time = [line.split()[3:5] for line in limits if line.startswith("Max realtime timeout")][0]
        print("raise", process, thread, priority, *time, flush=True)
        if MODE == "silent":
            return
        if MODE == "refuse":
            failed(Refused("Operation not permitted"))
            return
        try:
            os.sched_setscheduler(thread, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(priority))
        except PermissionError:
            pass
        done()


DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(os.environ["DBUS_SYSTEM_BUS_ADDRESS"])
name = dbus.service.BusName(NAME, bus)
service = Service(bus, "/org/freedesktop/RealtimeKit1")
print("ready", flush=True)
GLib.MainLoop().run()
