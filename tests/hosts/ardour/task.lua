-- The plugin for tests: a preset of the user's hands it a file, whose length a task of its own finds out. Says
-- what its output shows, when it shows something, after at most ten seconds.

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local session = create_session(folder, "session", rate)
assert(session, "no session")
print("ready")
do
	local new = track_with_plugin(session)
	local plugin = new:to_insert():plugin(0)
	local preset = plugin:preset_by_label("With a file")
	assert(preset and preset.label == "With a file", "there is no such preset")
	print("before", value(new, "File length"))
	assert(plugin:load_preset(preset), "not loaded")
	for _ = 1, 200 do
		if value(new, "File length") > 0 then
			break
		end
		ARDOUR.LuaAPI.usleep(50000)
	end
	print("length", value(new, "File length"))
	-- A task for the main thread, which the worker does.
	assert(ARDOUR.LuaAPI.set_processor_param(new, parameter(new, "Press"), 1), "not set")
	for _ = 1, 200 do
		if value(new, "Told") > 0 then
			break
		end
		ARDOUR.LuaAPI.usleep(50000)
	end
	print("worker", value(new, "Worker"))
end
session = nil
close()
quit()
