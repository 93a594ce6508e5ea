-- What the other scripts share. Their arguments come in the environment:
--   DYAD_SESSION  the session's folder      DYAD_FORMAT  LV2 or VST3      DYAD_ID  the plugin's id

io.stdout:setvbuf("no")
AudioEngine:set_backend("None (Dummy)", "", "")

folder = os.getenv("DYAD_SESSION")
kind = ({ LV2 = ARDOUR.PluginType.LV2, VST3 = ARDOUR.PluginType.VST3 })[os.getenv("DYAD_FORMAT")]
id = os.getenv("DYAD_ID")
rate = 48000
frames = 2 * rate

-- Only Lua's own collector lets go of what belongs to Ardour, and it must before the session does.
function close()
	collectgarbage()
	collectgarbage()
	close_session()
	print("closed")
end

-- A new stereo track, and the plugin on it as a processor.
function track_with_plugin(session)
	local track = session:new_audio_track(
		2, 2, nil, 1, "T1", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true
	):front()
	local new = ARDOUR.LuaAPI.new_plugin(session, id, kind, "")
	assert(not new:isnil(), "Ardour can't make " .. id)
	assert(track:add_processor_by_index(new, 0, nil, true) == 0, "Ardour can't insert " .. id)
	return new
end

-- The track's plugin as a processor.
function find(session)
	local processor = session:route_by_name("T1"):nth_plugin(0)
	assert(not processor:isnil(), "the track has no plugin")
	local plugin = processor:to_insert():plugin(0)
	assert(plugin:unique_id() == id, "the plugin is " .. plugin:unique_id())
	return processor
end

-- A parameter by its name: its place among the plugin's controls, as Lua counts, and its own number, as
-- the session's automation counts.
function parameter(processor, name)
	local plugin = processor:to_insert():plugin(0)
	local control = 0
	for number = 0, plugin:parameter_count() - 1 do
		if plugin:parameter_is_control(number) then
			if plugin:parameter_label(number) == name then
				return control, number
			end
			control = control + 1
		end
	end
	error("there is no parameter " .. name)
end

function value(processor, name)
	local value = ARDOUR.LuaAPI.get_processor_param(processor, parameter(processor, name), true)
	return value
end

function save(session, name)
	assert(session:save_state(name, false, false, false, false, false) == 0, "not saved")
	print("saved", name)
end

local function read(path)
	local file = assert(io.open(path, "rb"))
	local text = file:read("a")
	file:close()
	return text
end

local function write(path, text)
	local file = assert(io.open(path, "wb"))
	file:write(text)
	file:close()
end

-- Puts a file into the saved session: Lua can't import in Ardour 7, so it goes where an import puts it, and the
-- session gets what an import leaves there.
local function place(file, from, sources, region)
	write(folder .. "/interchange/session/" .. file, read(from))
	local path = folder .. "/session.ardour"
	local text = read(path)
	local count
	text, count = text:gsub("<Sources/>", "<Sources>" .. sources .. "</Sources>")
	assert(count == 1, "the session has a place for sources")
	text, count = text:gsub("(<Playlist [^\n]-)/>", "%1>" .. region .. "</Playlist>")
	assert(count == 1, "the session has one playlist")
	write(path, text)
end

-- Gives the one track of the saved session two seconds of sound from frame 0 on (DYAD_SOUND, a WAV). Ardour counts
-- 5880 units in a frame at 48 kHz.
function import()
	local source = '<Source name="sound.wav" type="audio" flags="" id="%d" channel="%d" origin="" gain="1"/>'
	local sources = source:format(9001, 0) .. source:format(9002, 1)
	local region = '<Region name="sound" id="9003" type="audio" start="a0" length="a' .. frames * 5880 .. '@a0" '
		.. 'channels="2" source-0="9001" source-1="9002" master-source-0="9001" master-source-1="9002" '
		.. 'default-fade-in="0" default-fade-out="0" fade-in-active="0" fade-out-active="0" '
		.. 'envelope-active="0" opaque="1" muted="0" layering-index="0"/>'
	place("audiofiles/sound.wav", os.getenv("DYAD_SOUND"), sources, region)
end

-- Gives the one MIDI track of the saved session four quarter notes' time of MIDI from the start on (DYAD_MIDI, a file of
-- one track): two seconds at the tempo of new sessions. Ardour has 1920 ticks in a quarter note.
function import_notes()
	local source = '<Source name="notes.mid" type="midi" flags="" id="9001" origin=""/>'
	local region = '<Region name="notes" id="9003" type="midi" start="b0" length="b' .. 4 * 1920 .. '@b0" '
		.. 'source-0="9001" master-source-0="9001" opaque="1" muted="0" layering-index="0"/>'
	place("midifiles/notes.mid", os.getenv("DYAD_MIDI"), source, region)
end

-- Connects a track to the master bus, where a new session has not.
function to_master(track)
	for channel = 0, 1 do
		local port, bus = track:output():nth(channel), "Master/audio_in " .. channel + 1
		assert(port:connected_to(bus) or port:connect(bus) == 0, "the track can't be connected")
	end
end

-- What a user can turn: place among the controls, number, name and range. Bypass is the host's, and what is
-- released by itself ("Reset") has no value.
function knobs(processor)
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

-- Says the values of the nth plugin, and the points of a parameter.
function report(processor, n, automated)
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

-- A parameter follows points of frames and values, in straight lines.
function automate(processor, knob, points)
	local _, list = ARDOUR.LuaAPI.plugin_automation(processor, knob.control)
	for _, point in ipairs(points) do
		list:add(Temporal.timepos_t(point[1]), point[2], false, true)
	end
	automation(processor, knob.number):set_automation_state(ARDOUR.AutoState.Play)
end

-- The automation of a parameter.
function automation(processor, number)
	local parameter = Evoral.Parameter(ARDOUR.AutomationType.PluginAutomation, 0, number)
	return processor:to_automatable():automation_control(parameter, false)
end

-- Puts every parameter somewhere, one that is automated too.
function set_all(processor, automated)
	for k, knob in ipairs(knobs(processor)) do
		local value = knob.lower + (knob.upper - knob.lower) * ((k * 0.381966 + 0.2) % 1)
		if knob.whole then value = math.floor(value + 0.5) end
		if knob.number == automated then
			automation(processor, knob.number):set_automation_state(ARDOUR.AutoState.Off)
		end
		assert(ARDOUR.LuaAPI.set_processor_param(processor, knob.control, value), knob.name .. " is not set")
	end
end

-- The sound of the whole session, to the folder given. Nothing comes after it: see tests/src/ardour.rs.
function export(session, to)
	local export = session:simple_export()
	export:set_name("out")
	export:set_folder(to)
	export:set_range(0, frames)
	assert(export:set_preset("6b1f4cf5-3c2a-4c1c-9a55-6f1d4d2a8a61"), "no preset")
	assert(export:check_outputs(), "no outputs")
	print("exporting")
	assert(export:run_export(), "not exported")
	print("exported")
end
