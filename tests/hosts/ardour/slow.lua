-- The plugin for tests, with a task that takes a second. With DYAD_STEP=make: a new session, in which a preset of the
-- user's hands it a file. Else: the same session, opened again. Says what its output shows at once, which is
-- nothing yet. Then, by DYAD_END: the plugin is removed, the session is closed, or the answer waited for, for at
-- most ten seconds.

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local making, how = os.getenv("DYAD_STEP") == "make", os.getenv("DYAD_END")
if making then
	os.execute('rm -rf "' .. folder .. '"')
end
local session = making and create_session(folder, "session", rate) or load_session(folder, "session")
assert(session, "no session")
print("ready")
do
	if making then
		local plugin = track_with_plugin(session):to_insert():plugin(0)
		local preset = plugin:preset_by_label("With a file")
		assert(preset and preset.label == "With a file", "there is no such preset")
		assert(plugin:load_preset(preset), "not loaded")
		save(session, "")
		-- The task begins with a block after this.
		ARDOUR.LuaAPI.usleep(300000)
	end
	local plugin = find(session)
	print("before", value(plugin, "File length"))
	if how == "remove" then
		assert(session:route_by_name("T1"):remove_processor(plugin, nil, true) == 0, "not removed")
	elseif how == "wait" then
		for _ = 1, 200 do
			if value(plugin, "File length") > 0 then
				break
			end
			ARDOUR.LuaAPI.usleep(50000)
		end
		print("length", value(plugin, "File length"))
	end
end
session = nil
close()
quit()
