-- Hands entries from one consumer to another, or renews its lease on them where both are the same. What another has got
-- meanwhile stays where it is. KEYS: stream. ARGV: group, from, to, for how many milliseconds they count as idle, ids.
for i = 5, #ARGV do
    if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2]) > 0 then
        redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[i], 'IDLE', ARGV[4], 'JUSTID')
    end
end
return 1
