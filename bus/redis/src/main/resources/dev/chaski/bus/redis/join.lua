-- Makes a group where it is missing. The first of a stream gets all that waits, others what comes from now on.
-- KEYS: stream. ARGV: group.
local is_first = redis.call('EXISTS', KEYS[1]) == 0 or #redis.call('XINFO', 'GROUPS', KEYS[1]) == 0
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], is_first and '0' or '$', 'MKSTREAM')
if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then
    return made
end
return 1
