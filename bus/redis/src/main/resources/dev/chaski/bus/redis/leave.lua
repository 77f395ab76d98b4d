-- A consumer goes; what it held can be claimed at once. KEYS: stream. ARGV: group, consumer, to whom it is handed, the
-- lease in milliseconds.
local batch = 1000
local held
repeat
    held = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', batch, ARGV[2])
    for _, entry in ipairs(held) do
        redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, entry[1], 'IDLE', ARGV[4], 'JUSTID')
    end
until #held < batch
return redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
