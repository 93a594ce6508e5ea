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

-- Gives the one track of the saved session two seconds of sound from frame 0 on (DYAD_SOUND, a WAV).
--
-- Lua can't import in Ardour 7. So the sound is put where an import puts it, and the saved session gets
-- what an import leaves there. Ardour counts 5880 units in a frame at 48 kHz.
function import()
	write(folder .. "/interchange/session/audiofiles/sound.wav", read(os.getenv("DYAD_SOUND")))
	local path = folder .. "/session.ardour"
	local text = read(path)
	local count
	local source = '<Source name="sound.wav" type="audio" flags="" id="%d" channel="%d" origin="" gain="1"/>'
	local sources = "<Sources>" .. source:format(9001, 0) .. source:format(9002, 1) .. "</Sources>"
	text, count = text:gsub("<Sources/>", sources)
	assert(count == 1, "the session has a place for sources")
	local region = '<Region name="sound" id="9003" type="audio" start="a0" length="a' .. frames * 5880 .. '@a0" '
		.. 'channels="2" source-0="9001" source-1="9002" master-source-0="9001" master-source-1="9002" '
		.. 'default-fade-in="0" default-fade-out="0" fade-in-active="0" fade-out-active="0" '
		.. 'envelope-active="0" opaque="1" muted="0" layering-index="0"/>'
	text, count = text:gsub("(<Playlist [^\n]-)/>", "%1>" .. region .. "</Playlist>")
	assert(count == 1, "the session has one playlist")
	write(path, text)
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
