-- Removes what the dead left: broadcast groups whose key has expired, consumers that hold nothing and were long not
-- heard of, and the entries that no group needs any more. KEYS: stream. ARGV: what a broadcast group's name begins with,
-- what the key of one that lives begins with, after how many milliseconds a consumer is taken for dead.
local function record(flat)
    local named = {}
    for i = 1, #flat, 2 do
        named[flat[i]] = flat[i + 1]
    end
    return named
end

local function is_dead(name)
    return string.sub(name, 1, #ARGV[1]) == ARGV[1]
        and redis.call('EXISTS', ARGV[2] .. string.sub(name, #ARGV[1] + 1)) == 0
end

-- The first id that a group may still need.
local function needed(group)
    if group['pending'] > 0 then
        return redis.call('XPENDING', KEYS[1], group['name'])[2]
    end
    local ms, number = string.match(group['last-delivered-id'], '^(%d+)-(%d+)$')
    return ms .. '-' .. string.format('%.0f', tonumber(number) + 1)
end

local function is_before(one, other)
    local ms, number = string.match(one, '^(%d+)-(%d+)$')
    local other_ms, other_number = string.match(other, '^(%d+)-(%d+)$')
    ms, number, other_ms, other_number = tonumber(ms), tonumber(number), tonumber(other_ms), tonumber(other_number)
    return ms < other_ms or (ms == other_ms and number < other_number)
end

if redis.call('EXISTS', KEYS[1]) == 0 then
    return 0
end
local floor = nil
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local group = record(flat)
    if is_dead(group['name']) then
        redis.call('XGROUP', 'DESTROY', KEYS[1], group['name'])
    else
        for _, one in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], group['name'])) do
            local consumer = record(one)
            if consumer['pending'] == 0 and consumer['idle'] > tonumber(ARGV[3]) then
                redis.call('XGROUP', 'DELCONSUMER', KEYS[1], group['name'], consumer['name'])
            end
        end
        local first = needed(group)
        if floor == nil or is_before(first, floor) then
            floor = first
        end
    end
end
return floor and redis.call('XTRIM', KEYS[1], 'MINID', floor) or 0
