/** redis-script — one decision in Redis: every counter of a request is looked at, and raised or not, in
 * one step that nobody else comes between.
 *
 * source   the same rule as window.ts: slices numbered by time, eleven of them count
 * KEYS     what was charged for this message; what each acquaintance is kept in; a hash of slices for each charge
 * ARGV     charge or look; how long a message is remembered (0: there is none), how long an acquaintance
 *          lasts, how many of them; their number and their marks; then for each charge: milliseconds of a
 *          slice, its limit, the amount, under which name once, for which new acquaintance only (0: always),
 *          whether it is soft
 * answer   0, for each acquaintance whether it is new, then of each soft charge beyond its limit its number
 *          and what is used; or the number of the charge that does not fit, what was used, milliseconds until it does
 *
 * The time is Redis' own: clocks of daemons may differ. */

export const decision = `
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local hasMessage = ARGV[2] ~= '0'
local known = tonumber(ARGV[5])
local isNew = {}
for n = 1, known do
  local last = redis.call('ZSCORE', KEYS[1 + n], ARGV[5 + n])
  isNew[n] = (not last or now - last >= tonumber(ARGV[3])) and 1 or 0
end
local due, soft = {}, {}
for i = 2 + known, #KEYS do
  local number = i - 1 - known
  local a = 6 + known + (number - 1) * 6
  local slice, max, amount, once = tonumber(ARGV[a]), tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), ARGV[a + 3]
  local onlyIf, isSoft = tonumber(ARGV[a + 4]), ARGV[a + 5] == '1'
  local isDone = hasMessage and redis.call('SISMEMBER', KEYS[1], once) == 1
  local isDue = not isDone and (onlyIf == 0 or isNew[onlyIf] == 1)
  if isDue or isSoft then
    local current = math.floor(now / slice)
    local slices, counts, old, used = {}, {}, {}, 0
    local all = redis.call('HGETALL', KEYS[i])
    for n = 1, #all, 2 do
      local place = tonumber(all[n])
      if place < current - 10 then
        old[#old + 1] = all[n]
      else
        slices[#slices + 1] = place
        counts[place] = tonumber(all[n + 1])
        used = used + counts[place]
      end
    end
    if not isSoft and used + amount > max then
      table.sort(slices)
      local left, free = used, slice * 10
      for _, place in ipairs(slices) do
        left = left - counts[place]
        if left + amount <= max then
          free = math.max(0, (place + 11) * slice - now)
          break
        end
      end
      return { number, used, math.ceil(free) }
    end
    if isDue then due[#due + 1] = { KEYS[i], current, amount, math.ceil(slice * 11), old } end
    if isDue and ARGV[1] == 'charge' then used = used + amount end
    if isSoft and used > max then
      soft[#soft + 1] = number
      soft[#soft + 1] = used
    end
  end
end
local answer = { 0 }
for n = 1, known do answer[#answer + 1] = isNew[n] end
for n = 1, #soft do answer[#answer + 1] = soft[n] end
if ARGV[1] == 'look' then return answer end
for _, charge in ipairs(due) do
  if #charge[5] > 0 then redis.call('HDEL', charge[1], unpack(charge[5])) end
  redis.call('HINCRBY', charge[1], string.format('%.0f', charge[2]), string.format('%.0f', charge[3]))
  redis.call('PEXPIRE', charge[1], charge[4])
end
if hasMessage then
  for number = 1, #KEYS - 1 - known do
    redis.call('SADD', KEYS[1], ARGV[6 + known + (number - 1) * 6 + 3])
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
for n = 1, known do
  redis.call('ZADD', KEYS[1 + n], now, ARGV[5 + n])
  redis.call('ZREMRANGEBYRANK', KEYS[1 + n], 0, -(tonumber(ARGV[4]) + 1))
  redis.call('PEXPIRE', KEYS[1 + n], ARGV[3])
end
return answer
`;

/** The time, then what is in each of KEYS. */
export const reading = `
local now = redis.call('TIME')
local answer = { now[1] * 1000 + math.floor(now[2] / 1000) }
for _, key in ipairs(KEYS) do answer[#answer + 1] = redis.call('HGETALL', key) end
return answer
`;
