-- Appends an entry, unless as many wait as may. KEYS: stream. ARGV: how many may wait, then fields and values.
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then
    return false
end
return redis.call('XADD', KEYS[1], '*', unpack(ARGV, 2))
