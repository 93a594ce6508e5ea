-- A session for editors. With DYAD_STEP=make: a silent session of two tracks with the plugin. The first has its
-- gain at -6 dB and automation of it in the state "touch", where a user's hand overrules what is written for as
-- long as it holds; the second is at -12 dB, and switched off. Else: the same session, opened again. Says both
-- gains, whether the plugins are on, and the automation.

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local making = os.getenv("DYAD_STEP") == "make"
local session = making and create_session(folder, "session", rate) or load_session(folder, "session")
assert(session, "no session")
print("ready")

local function make(track, gain)
	local plugin = ARDOUR.LuaAPI.new_plugin(session, id, kind, "")
	assert(not plugin:isnil(), "Ardour can't make " .. id)
	assert(track:add_processor_by_index(plugin, 0, nil, true) == 0, "Ardour can't insert " .. id)
	assert(ARDOUR.LuaAPI.set_processor_param(plugin, parameter(plugin, "Gain"), gain), "not set")
	return plugin
end

-- The windows that were open when the session was saved: Ardour's windows are no part of a session that Lua saves.
local function show(windows)
	local path = folder .. "/session.ardour"
	local file = assert(io.open(path, "rb"))
	local text, count = file:read("a"):gsub("</Session>", "<Extra><UI>" .. windows .. "</UI></Extra></Session>")
	assert(count == 1, "the session has one end")
	file:close()
	file = assert(io.open(path, "wb"))
	file:write(text)
	file:close()
end

local windows = ""
do
	if making then
		local tracks = session:new_audio_track(
			2, 2, nil, 2, "T", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true
		)
		local number = 0
		for track in tracks:iter() do
			number = number + 1
			local plugin = make(track, number * -6)
			if number == 1 then
				local control, parameter = parameter(plugin, "Gain")
				local _, list = ARDOUR.LuaAPI.plugin_automation(plugin, control)
				-- A point for each half second, so that what a hand has left is over soon.
				for point = 0, 240 do
					list:add(Temporal.timepos_t(point * 24000), point < 2 and -6 or -20, false, true)
				end
				local automation = Evoral.Parameter(ARDOUR.AutomationType.PluginAutomation, 0, parameter)
				plugin:to_automatable():automation_control(automation, false)
					:set_automation_state(ARDOUR.AutoState.Touch)
			else
				plugin:deactivate()
			end
			windows = windows .. ('<Window name="P-%s-%s" visible="1" custom-ui="1" '
				.. 'x-off="%d" y-off="500" x-size="-1" y-size="-1"/>'):format(
				track:to_stateful():id():to_s(), plugin:to_stateful():id():to_s(), 100 + 600 * (number - 1))
		end
	end
	for number = 1, 2 do
		local plugin = session:route_by_name("T " .. number):nth_plugin(0)
		local control, parameter = parameter(plugin, "Gain")
		print("gain", number, value(plugin, "Gain"))
		print("on", number, plugin:active())
		local _, list = ARDOUR.LuaAPI.plugin_automation(plugin, control)
		for point in list:events():iter() do
			print("point", number, point.when:samples(), point.value)
		end
	end
end
save(session, "")
session = nil
close()
if making then
	show(windows)
end
quit()
