-- The plugin for tests. With DYAD_STEP=make: a new session with a track that has it, some parameters set. Else:
-- the same session, opened again. Says the parameters' values and the latency that Ardour compensates, when
-- both have come to rest.

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local making = os.getenv("DYAD_STEP") == "make"
local session = making and create_session(folder, "session", rate) or load_session(folder, "session")
assert(session, "no session")
print("ready")
do
	local plugin
	if making then
		local new = track_with_plugin(session)
		for name, value in pairs { Gain = -6, Steps = 7, Delay = 250 } do
			assert(ARDOUR.LuaAPI.set_processor_param(new, parameter(new, name), value), "not set")
		end
	end
	plugin = find(session)
	local insert = plugin:to_insert()
	-- Ardour's dummy engine runs in its own time: until the latency is there, at most ten seconds.
	for _ = 1, 200 do
		if insert:signal_latency() > 0 then
			break
		end
		ARDOUR.LuaAPI.usleep(50000)
	end
	print("latency", insert:signal_latency())
	for _, name in ipairs { "Gain", "Steps", "Delay" } do
		print("value", value(plugin, name))
	end
	-- Hidden parameters stay hidden.
	for number = 0, insert:plugin(0):parameter_count() - 1 do
		local label = insert:plugin(0):parameter_label(number)
		if label:find("MIDI") then
			print("midi", label)
		end
	end
end
save(session, "")
session = nil
close()
quit()
