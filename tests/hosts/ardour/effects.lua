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

-- The one that is automated.
local function moving(processor)
	for _, knob in ipairs(knobs(processor)) do
		if not knob.whole then return knob end
	end
	error("nothing can be automated")
end

local function report_all(track)
	for n, id in ipairs(ids) do
		local processor = track:nth_plugin(n - 1)
		assert(not processor:isnil() and processor:to_insert():plugin(0):unique_id() == id, "effect " .. n .. " is not " .. id)
		report(processor, n, moving(processor).number)
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
		to_master(track)
		for n, id in ipairs(ids) do
			local new = ARDOUR.LuaAPI.new_plugin(session, id, kind, "")
			assert(not new:isnil(), "Ardour can't make " .. id)
			assert(track:add_processor_by_index(new, n - 1, nil, true) == 0, "Ardour can't insert " .. id)
			local knob = moving(new)
			automate(new, knob, { { 0, knob.lower }, { 48000, knob.upper }, { 96000, (knob.lower + knob.upper) / 2 } })
		end
		save(session, "moving")
		for n in ipairs(ids) do
			local processor = track:nth_plugin(n - 1)
			set_all(processor, moving(processor).number)
		end
		report_all(track)
		save(session, "set")
	end
	session = nil
	close()
else
	local session = load_session(folder, os.getenv("DYAD_SNAPSHOT"))
	assert(session, "the session does not load")
	print("ready")
	report_all(session:route_by_name("T1"))
	if os.getenv("DYAD_TO") then
		export(session, os.getenv("DYAD_TO"))
	else
		save(session, os.getenv("DYAD_SNAPSHOT"))
		session = nil
		close()
	end
end
quit()
