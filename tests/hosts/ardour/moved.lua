-- The plugin for tests. With DYAD_STEP=make: a new session, in which a preset of the user's hands it a file
-- (DYAD_FILE, which is made with DYAD_LENGTH bytes), whose length a task of its own finds out. Else: the same session, opened from wherever it is now. Says what the
-- plugin's output shows, when it shows something, after at most ten seconds.

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local making = os.getenv("DYAD_STEP") == "make"
local session = making and create_session(folder, "session", rate) or load_session(folder, "session")
assert(session, "no session")
print("ready")
do
	if making then
		local file = assert(io.open(os.getenv("DYAD_FILE"), "wb"))
		file:write(("\0"):rep(tonumber(os.getenv("DYAD_LENGTH"))))
		file:close()
		local plugin = track_with_plugin(session):to_insert():plugin(0)
		local preset = plugin:preset_by_label("With a file")
		assert(preset and preset.label == "With a file", "there is no such preset")
		assert(plugin:load_preset(preset), "not loaded")
	end
	local plugin = find(session)
	for _ = 1, 200 do
		if value(plugin, "File length") > 0 then
			break
		end
		ARDOUR.LuaAPI.usleep(50000)
	end
	print("length", value(plugin, "File length"))
end
save(session, "")
session = nil
close()
quit()
