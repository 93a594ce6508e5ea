-- An instrument (DYAD_ID) on a MIDI track, and before it, where DYAD_BEFORE is given, a plugin with MIDI alone.
--
-- DYAD_STEP make: a new session with a region of MIDI (DYAD_MIDI). With DYAD_AUTOMATED, the instrument's parameter of that
-- name falls in a straight line from its greatest value to DYAD_LEAST within the region.
-- DYAD_STEP set: every parameter of the plugins is put somewhere else, and said.
-- DYAD_STEP look: says all values and points, then saves, and exports instead where DYAD_TO is given.
--
-- Nothing is saved as a snapshot: Ardour would copy the MIDI file for it, and refuses one that it has not written.

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local before, automated = os.getenv("DYAD_BEFORE"), os.getenv("DYAD_AUTOMATED")

local function named(processor)
	for _, knob in ipairs(knobs(processor)) do
		if knob.name == automated then return knob end
	end
	assert(not automated, "there is no parameter " .. (automated or ""))
	return {}
end

-- The plugins in their order.
local function chain(track)
	local all = { track:nth_plugin(0) }
	local expected = { before or id, before and id }
	if before then all[2] = track:nth_plugin(1) end
	for n, processor in ipairs(all) do
		assert(not processor:isnil() and processor:to_insert():plugin(0):unique_id() == expected[n], "not " .. expected[n])
	end
	return all
end

local function report_all(track)
	local all = chain(track)
	for n, processor in ipairs(all) do
		report(processor, n, n == #all and named(processor).number)
	end
end

if os.getenv("DYAD_STEP") == "make" then
	local session = create_session(folder, "session", rate)
	assert(session, "no session")
	do
		local info = ARDOUR.LuaAPI.new_plugin_info(id, kind)
		assert(not info:isnil(), "Ardour has no " .. id)
		session:new_midi_track(
			ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1), ARDOUR.ChanCount(ARDOUR.DataType("audio"), 2), true,
			info, nil, nil, 1, "T1", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true
		)
	end
	-- Only now: Ardour 7 sometimes registers a new track's port twice, dies of its own message about it, and gets another
	-- try with any plugin.
	print("ready")
	save(session, "")
	session = nil
	close()
	import_notes()

	session = load_session(folder, "session")
	assert(session, "the session does not load")
	do
		local track = session:route_by_name("T1")
		to_master(track)
		if before then
			local new = ARDOUR.LuaAPI.new_plugin(session, before, kind, "")
			assert(not new:isnil(), "Ardour can't make " .. before)
			assert(track:add_processor_by_index(new, 0, nil, true) == 0, "Ardour can't insert " .. before)
		end
		local all = chain(track)
		local instrument = all[#all]
		assert(track:the_instrument():to_insert():plugin(0):unique_id() == id, "the instrument is another one")
		local knob = named(instrument)
		if automated then
			automate(instrument, knob, { { 0, knob.upper }, { 96000, tonumber(os.getenv("DYAD_LEAST")) } })
		end
	end
	save(session, "")
	session = nil
	close()
else
	local session = load_session(folder, "session")
	assert(session, "the session does not load")
	print("ready")
	local setting = os.getenv("DYAD_STEP") == "set"
	do
		local track = session:route_by_name("T1")
		if setting then
			local all = chain(track)
			for n, processor in ipairs(all) do
				set_all(processor, n == #all and named(processor).number)
			end
		end
		report_all(track)
	end
	if os.getenv("DYAD_TO") then
		export(session, os.getenv("DYAD_TO"))
	else
		save(session, "")
		session = nil
		close()
	end
end
quit()
