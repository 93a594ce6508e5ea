-- A new session: a stereo track with two seconds of sound from frame 0 on (DYAD_SOUND, a WAV) and the
-- plugin, its gain at -6 dB. Saved as "fixed"; then, with automation of the gain, as "automated".

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local session = create_session(folder, "session", rate)
assert(session, "no session")
print("ready")
do
	local track = session:new_audio_track(
		2, 2, nil, 1, "T1", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true
	):front()
	track:panner_shell():set_bypassed(true)
end
save(session, "")
session = nil
close()

import()
session = load_session(folder, "session")
assert(session, "the session does not load")
do
	local track = session:route_by_name("T1")
	for region in track:to_track():playlist():region_list():iter() do
		print("region", region:position():samples(), region:length():samples())
	end

	-- Ardour does this by itself, in a thread of its own, which may be too late for us.
	for channel = 0, 1 do
		local port, bus = track:output():nth(channel), "Master/audio_in " .. channel + 1
		assert(port:connected_to(bus) or port:connect(bus) == 0, "the track can't be connected")
	end

	local plugin = ARDOUR.LuaAPI.new_plugin(session, id, kind, "")
	assert(not plugin:isnil(), "Ardour can't make " .. id)
	assert(track:add_processor_by_index(plugin, 0, nil, true) == 0, "Ardour can't insert " .. id)
	local control, number = parameter(plugin, "Gain")
	print("number", number)
	print("default", value(plugin, "Gain"))
	assert(ARDOUR.LuaAPI.set_processor_param(plugin, control, -6), "not set")
	print("set", value(plugin, "Gain"))
	save(session, "fixed")

	-- Points on quarters of a beat, which is what Ardour rounds them to.
	local _, list = ARDOUR.LuaAPI.plugin_automation(plugin, control)
	for _, point in ipairs { { 0, -6 }, { 24000, -6 }, { 48000, -20 }, { 72000, -20 }, { 84000, -3 }, { 96000, -3 } } do
		list:add(Temporal.timepos_t(point[1]), point[2], false, true)
	end
	local automation = Evoral.Parameter(ARDOUR.AutomationType.PluginAutomation, 0, number)
	plugin:to_automatable():automation_control(automation, false):set_automation_state(ARDOUR.AutoState.Play)
	save(session, "automated")
end
if os.getenv("DYAD_TO") then
	export(session, os.getenv("DYAD_TO"))
else
	session = nil
	close()
end
quit()
