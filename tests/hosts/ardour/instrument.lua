-- The instrument for tests on a MIDI track. With DYAD_STEP=make: a new session, in which its level is set and
-- automated. Else: the same session, opened again. A key is pressed and let go; says what is heard, and what the
-- plugin shows.

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local making = os.getenv("DYAD_STEP") == "make"
local session = making and create_session(folder, "session", rate) or load_session(folder, "session")
assert(session, "no session")

-- Waits for at most ten seconds until something is so.
local function wait(what, so)
	for _ = 1, 200 do
		if so() then
			return
		end
		ARDOUR.LuaAPI.usleep(50000)
	end
	error("waited in vain: " .. what)
end

do
	if making then
		local info = ARDOUR.LuaAPI.new_plugin_info(id, kind)
		assert(not info:isnil(), "Ardour has no " .. id)
		print("instrument", info:is_instrument())
		session:new_midi_track(
			ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1), ARDOUR.ChanCount(ARDOUR.DataType("audio"), 2), true,
			info, nil, nil, 1, "T1", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true
		)
	end
	-- Only now: see song.lua.
	print("ready")
	local track = session:route_by_name("T1")
	local plugin = track:the_instrument()
	assert(not plugin:isnil(), "the track has no instrument")
	assert(plugin:to_insert():plugin(0):unique_id() == id, "it is another one")
	local control = parameter(plugin, "Level")
	if making then
		assert(ARDOUR.LuaAPI.set_processor_param(plugin, control, 0.5), "not set")
		local _, list, number = ARDOUR.LuaAPI.plugin_automation(plugin, control)
		assert(not list:isnil(), "it can't be automated")
		for point = 0, 3 do
			list:add(Temporal.timepos_t(point * 24000), point * 0.25, false, true)
		end
	end
	local _, list = ARDOUR.LuaAPI.plugin_automation(plugin, control)
	print("points", list:size())
	print("level", value(plugin, "Level"))
	local midi = track:to_track():to_midi_track()
	local function play(...)
		local parser = ARDOUR.RawMidiParser()
		for _, byte in ipairs { ... } do
			if parser:process_byte(byte) then
				assert(midi:write_immediate_event(
					Evoral.EventType.MIDI_EVENT, parser:buffer_size(), parser:midi_buffer()
				), "not played")
			end
		end
	end
	local function heard()
		return track:peak_meter():meter_level(0, ARDOUR.MeterType.MeterMCP)
	end
	wait("silence", function() return heard() < -100 end)
	play(0x90, 69, 127)
	wait("a voice", function() return value(plugin, "Voices") == 1 end)
	wait("sound", function() return heard() > -30 end)
	print("heard", heard())
	play(0x80, 69, 0)
	wait("the voice's end", function() return value(plugin, "Voices") == 0 end)
end
save(session, "")
session = nil
close()
quit()
