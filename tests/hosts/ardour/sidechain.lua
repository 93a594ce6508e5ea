-- Two tracks: T1 has two seconds of sound (DYAD_SOUND, a WAV) and is connected to the sidechain of the plugin
-- on T2, and to nothing else. DYAD_SET names values that the plugin gets before ("Listen=1,Mix=50"). Exports what is
-- heard.

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local function track(session, name)
	local track = session:new_audio_track(
		2, 2, nil, 1, name, ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true
	):front()
	track:panner_shell():set_bypassed(true)
	return track
end

-- Sets the parameters of a plugin that DYAD_SET names.
local function set(processor)
	local plugin = processor:to_insert():plugin(0)
	for name, value in (os.getenv("DYAD_SET") or ""):gmatch("([^=,]+)=([^,]+)") do
		local control, done = 0, false
		for number = 0, plugin:parameter_count() - 1 do
			if plugin:parameter_is_control(number) then
				if plugin:parameter_is_input(number) and plugin:parameter_label(number) == name then
					done = ARDOUR.LuaAPI.set_processor_param(processor, control, tonumber(value))
				end
				control = control + 1
			end
		end
		assert(done, name .. " is not set")
	end
end

local session = create_session(folder, "session", rate)
assert(session, "no session")
print("ready")
track(session, "T1")
collectgarbage()
save(session, "")
session = nil
close()

import()
session = load_session(folder, "session")
assert(session, "the session does not load")
do
	local key, keyed = session:route_by_name("T1"), track(session, "T2")
	local plugin = ARDOUR.LuaAPI.new_plugin(session, id, kind, "")
	assert(not plugin:isnil(), "Ardour can't make " .. id)
	assert(keyed:add_processor_by_index(plugin, 0, nil, true) == 0, "Ardour can't insert " .. id)
	set(plugin)
	local input = plugin:to_insert():sidechain_input()
	if input:isnil() or input:n_ports():n_audio() == 0 then
		assert(keyed:add_sidechain(plugin), "no sidechain")
		input = plugin:to_insert():sidechain_input()
	end
	print("sidechain", input:n_ports():n_audio())
	for channel = 0, 1 do
		local out = key:output():nth(channel)
		out:disconnect_all()
		local out, bus = keyed:output():nth(channel), "Master/audio_in " .. channel + 1
		assert(out:connected_to(bus) or out:connect(bus) == 0, "the track can't be connected")
	end
	assert(key:output():nth(0):connect(input:nth(0):name()) == 0, "the sidechain can't be connected")
end
export(session, os.getenv("DYAD_TO"))
quit()
