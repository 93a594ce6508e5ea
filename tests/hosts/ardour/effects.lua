-- Several effects on one track, in order (DYAD_IDS, separated by spaces).
--
-- DYAD_STEP make: a new session with two seconds of sound (DYAD_SOUND). A parameter of each effect is automated
-- (the first that can be anything between two ends), from its least to its greatest value and half-way back; saved as "moving". Then every parameter is put
-- somewhere else, and that is saved as "set"; this step exports "moving".
-- DYAD_STEP look: opens DYAD_SNAPSHOT and says all values and points, then saves, and exports where DYAD_TO is given.

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local ids = {}
for each in os.getenv("DYAD_IDS"):gmatch("%S+") do
	ids[#ids + 1] = each
end

-- What a user can turn: place among the controls, number, name and range. Bypass is the host's, and what is
-- released by itself ("Reset") has no value.
local function knobs(processor)
	local plugin = processor:to_insert():plugin(0)
	local all, control = {}, 0
	for number = 0, plugin:parameter_count() - 1 do
		if plugin:parameter_is_control(number) then
			local name = plugin:parameter_label(number)
			local hosts = name == "Bypass" or name == "Enabled" or name:find("Reset") or name:find("Match") or name == "Free-wheeling"
			if plugin:parameter_is_input(number) and name ~= "hidden" and not hosts then
				local _, found = plugin:get_parameter_descriptor(number, ARDOUR.ParameterDescriptor())
				local range = found[2]
				all[#all + 1] = {
					control = control, number = number, name = name, lower = range.lower, upper = range.upper,
					whole = range.integer_step or range.toggled or range.enumeration,
				}
			end
			control = control + 1
		end
	end
	return all
end

-- The one that is automated.
local function moving(processor)
	for _, knob in ipairs(knobs(processor)) do
		if not knob.whole then return knob end
	end
	error("nothing can be automated")
end

local function report(track)
	for n, id in ipairs(ids) do
		local processor = track:nth_plugin(n - 1)
		assert(not processor:isnil() and processor:to_insert():plugin(0):unique_id() == id, "effect " .. n .. " is not " .. id)
		local automated = moving(processor).number
		for _, knob in ipairs(knobs(processor)) do
			local value = ARDOUR.LuaAPI.get_processor_param(processor, knob.control, true)
			print("value", n, knob.number, value, (knob.upper - knob.lower) * 1e-5, (knob.name:gsub("%s", "_")))
			if knob.number == automated then
				local _, list = ARDOUR.LuaAPI.plugin_automation(processor, knob.control)
				for point in list:events():iter() do
					print("point", n, point.when:samples(), point.value)
				end
			end
		end
	end
end

if os.getenv("DYAD_STEP") == "make" then
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
		for channel = 0, 1 do
			local port, bus = track:output():nth(channel), "Master/audio_in " .. channel + 1
			assert(port:connected_to(bus) or port:connect(bus) == 0, "the track can't be connected")
		end
		for n, id in ipairs(ids) do
			local new = ARDOUR.LuaAPI.new_plugin(session, id, kind, "")
			assert(not new:isnil(), "Ardour can't make " .. id)
			assert(track:add_processor_by_index(new, n - 1, nil, true) == 0, "Ardour can't insert " .. id)
			local knob = moving(new)
			local _, list = ARDOUR.LuaAPI.plugin_automation(new, knob.control)
			for _, point in ipairs { { 0, knob.lower }, { 48000, knob.upper }, { 96000, (knob.lower + knob.upper) / 2 } } do
				list:add(Temporal.timepos_t(point[1]), point[2], false, true)
			end
			local automation = Evoral.Parameter(ARDOUR.AutomationType.PluginAutomation, 0, knob.number)
			new:to_automatable():automation_control(automation, false):set_automation_state(ARDOUR.AutoState.Play)
		end
		save(session, "moving")
		for n in ipairs(ids) do
			local processor = track:nth_plugin(n - 1)
			local automated = moving(processor).number
			for k, knob in ipairs(knobs(processor)) do
				local value = knob.lower + (knob.upper - knob.lower) * ((k * 0.381966 + 0.2) % 1)
				if knob.whole then value = math.floor(value + 0.5) end
				assert(ARDOUR.LuaAPI.set_processor_param(processor, knob.control, value), knob.name .. " is not set")
				if knob.number == automated then
					local automation = Evoral.Parameter(ARDOUR.AutomationType.PluginAutomation, 0, knob.number)
					local control = processor:to_automatable():automation_control(automation, false)
					control:set_automation_state(ARDOUR.AutoState.Off)
					assert(ARDOUR.LuaAPI.set_processor_param(processor, knob.control, value), knob.name .. " is not set")
				end
			end
		end
		report(track)
		save(session, "set")
	end
	session = nil
	close()
else
	local session = load_session(folder, os.getenv("DYAD_SNAPSHOT"))
	assert(session, "the session does not load")
	print("ready")
	report(session:route_by_name("T1"))
	if os.getenv("DYAD_TO") then
		export(session, os.getenv("DYAD_TO"))
	else
		save(session, os.getenv("DYAD_SNAPSHOT"))
		session = nil
		close()
	end
end
quit()
