-- A group is done with an entry, which goes when every group is. KEYS: stream. ARGV: group, id.
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
    return 0
end
local function parts(id)
    local ms, number = string.match(id, '^(%d+)-(%d+)$')
    return tonumber(ms), tonumber(number)
end
local ms, number = parts(ARGV[2])
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local group = {}
    for i = 1, #flat, 2 do
        group[flat[i]] = flat[i + 1]
    end
    local read_ms, read_number = parts(group['last-delivered-id'])
    if read_ms < ms or (read_ms == ms and read_number < number) then
        return 0
    end
    if group['pending'] > 0 and #redis.call('XPENDING', KEYS[1], group['name'], ARGV[2], ARGV[2], 1) > 0 then
        return 0
    end
end
return redis.call('XDEL', KEYS[1], ARGV[2])
