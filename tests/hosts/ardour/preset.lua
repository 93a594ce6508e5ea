-- The plugin for tests. With DYAD_STEP=make: a new session with a track that has it, and the preset Loud
-- loaded, as a user does from the plugin's menu. Else: the same session, opened again. Says the presets that
-- Ardour lists, and some parameters' values.

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local making = os.getenv("DYAD_STEP") == "make"
local session = making and create_session(folder, "session", rate) or load_session(folder, "session")
assert(session, "no session")
print("ready")
do
	if making then
		local new = track_with_plugin(session)
		local plugin = new:to_insert():plugin(0)
		local loud = plugin:preset_by_label("Loud")
		assert(loud and loud.label == "Loud", "there is no such preset")
		print("preset", loud.uri)
		assert(plugin:load_preset(loud), "not loaded")
		-- A VST3 host is told of new values some tenths of a second later: at most ten seconds.
		for _ = 1, 200 do
			if math.abs(value(new, "Gain")) > 0.1 then
				break
			end
			ARDOUR.LuaAPI.usleep(50000)
		end
		-- What the user changes afterwards.
		if os.getenv("DYAD_STEPS") then
			local steps = tonumber(os.getenv("DYAD_STEPS"))
			assert(ARDOUR.LuaAPI.set_processor_param(new, parameter(new, "Steps"), steps), "not set")
		end
	end
	local plugin = find(session)
	for _, name in ipairs { "Gain", "Shape", "Steps" } do
		print("value", value(plugin, name))
	end
end
save(session, "")
session = nil
close()
quit()
