/** redis-script — one decision in Redis: every counter of a request is looked at, and raised or not, in
 * one step that nobody else comes between.
 *
 * source   the same rule as window.ts: slices numbered by time, eleven of them count
 * KEYS     what was charged for this message; the known recipients; a hash of slices for each charge
 * ARGV     charge or look; the recipient's mark, or empty; how long a message is remembered, how long a
 *          recipient is known, how many of them; then for each charge: milliseconds of a slice, its
 *          limit, the amount, under which name once, whether only for new recipients
 * answer   0, and whether the recipient was new; or the number of the charge that does not fit, what was used, milliseconds until it does
 *
 * The time is Redis' own: clocks of daemons may differ. */

export const script = `
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local mark = ARGV[2]
local isNew = false
if mark ~= '' then
  local last = redis.call('ZSCORE', KEYS[2], mark)
  isNew = not last or now - last >= tonumber(ARGV[4])
end
local due = {}
for i = 3, #KEYS do
  local a = 6 + (i - 3) * 5
  local slice, max, amount, once = tonumber(ARGV[a]), tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), ARGV[a + 3]
  local isDone = KEYS[1] ~= KEYS[2] and redis.call('SISMEMBER', KEYS[1], once) == 1
  if not isDone and (ARGV[a + 4] == '0' or isNew) then
    local current = math.floor(now / slice)
    local slices, counts, old, used = {}, {}, {}, 0
    local all = redis.call('HGETALL', KEYS[i])
    for n = 1, #all, 2 do
      local number = tonumber(all[n])
      if number < current - 10 then
        old[#old + 1] = all[n]
      else
        slices[#slices + 1] = number
        counts[number] = tonumber(all[n + 1])
        used = used + counts[number]
      end
    end
    if used + amount > max then
      table.sort(slices)
      local left, free = used, slice * 10
      for _, number in ipairs(slices) do
        left = left - counts[number]
        if left + amount <= max then
          free = math.max(0, (number + 11) * slice - now)
          break
        end
      end
      return { i - 2, used, math.ceil(free) }
    end
    due[#due + 1] = { KEYS[i], current, amount, math.ceil(slice * 11), old }
  end
end
if ARGV[1] == 'look' then return { 0, isNew and 1 or 0 } end
for _, charge in ipairs(due) do
  if #charge[5] > 0 then redis.call('HDEL', charge[1], unpack(charge[5])) end
  redis.call('HINCRBY', charge[1], string.format('%.0f', charge[2]), string.format('%.0f', charge[3]))
  redis.call('PEXPIRE', charge[1], charge[4])
end
if KEYS[1] ~= KEYS[2] then
  for i = 3, #KEYS do redis.call('SADD', KEYS[1], ARGV[6 + (i - 3) * 5 + 3]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
if mark ~= '' then
  redis.call('ZADD', KEYS[2], now, mark)
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -(tonumber(ARGV[5]) + 1))
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
end
return { 0, isNew and 1 or 0 }
`;
