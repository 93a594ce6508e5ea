-- Opens a session (DYAD_SNAPSHOT) and says what is in it. With DYAD_BYPASS it then switches the plugin
-- off, as the user does; with DYAD_TO it exports the sound, without it saves and closes.

dofile(os.getenv("DYAD_SCRIPTS") .. "/common.lua")

local session = load_session(folder, os.getenv("DYAD_SNAPSHOT"))
assert(session, "the session does not load")
print("ready")
do
	local plugin = find(session)
	local control, number = parameter(plugin, "Gain")
	print("number", number)
	print("value", value(plugin, "Gain"))
	local automation = Evoral.Parameter(ARDOUR.AutomationType.PluginAutomation, 0, number)
	local playing = plugin:to_automatable():automation_control(automation, false):automation_state()
	print("playing", playing == ARDOUR.AutoState.Play)
	local _, list = ARDOUR.LuaAPI.plugin_automation(plugin, control)
	for point in list:events():iter() do
		print("point", point.when:samples(), point.value)
	end
	for name in (os.getenv("DYAD_ALSO") or ""):gmatch("%w+") do
		local _, number = parameter(plugin, name)
		print("also", name, number, value(plugin, name))
	end
	if os.getenv("DYAD_BYPASS") then
		local insert = plugin:to_insert()
		assert(insert:enabled(), "the plugin is on")
		insert:enable(false)
		print("enabled", insert:enabled(), "active", plugin:active())
		print("bypass", value(plugin, os.getenv("DYAD_BYPASS")))
	end
end
if os.getenv("DYAD_TO") then
	export(session, os.getenv("DYAD_TO"))
else
	save(session, os.getenv("DYAD_SNAPSHOT"))
	session = nil
	close()
end
quit()
