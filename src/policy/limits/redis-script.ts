/** redis-script — decisions in Redis: every counter of a question is looked at, and raised or not, in one
 * step that nobody else comes between. Several questions are one call, each after the one before.
 *
 * source   the same rule as window.ts: slices numbered by time, eleven of them count; what is counted is as old
 *          as it was when the clock is set back
 * KEYS     of each question: what was charged for its message; the account of each owner; each kind of
 *          acquaintance that it asks about: a mark that is 0 is known, as the daemon says
 * ARGV     one JSON text: `Batch` of redis-batch.ts
 * answer   JSON. Of each question `[0, due, soft, room]`: the charges that counted, of each soft one beyond its
 *          limit its number and what is used, and of each owner how much may pass unasked (headroom.ts), of what
 *          counts always and of each kind of acquaintance; or `[number, used, ms]` of the charge that does not fit,
 *          what was used, how long until it does. Numbers from 1 on, the first two lists begin with a 0 (an empty
 *          one is none in Lua)
 *
 * An account is one MessagePack value after the other, without tables, which take Redis several times as long:
 * of each meter its name, milliseconds of a slice, how many slices, then each slice's number and count, oldest
 * first. What is past is dropped when it is written, and it ends by itself with its longest window.
 * The time is Redis' own: clocks of daemons may differ. */

/** Of one value Lua takes some 8000 numbers at once. */
const packing = `
local most = 4000

local function unpacked(packed)
  if #packed <= most then return { cmsgpack.unpack(packed) } end
  local account, at = {}, 0
  while at >= 0 do
    local some = { cmsgpack.unpack_limit(packed, most, at) }
    at = some[1]
    for n = 2, #some do account[#account + 1] = some[n] end
  end
  return account
end

local function packed(account)
  if #account <= most then return cmsgpack.pack(unpack(account)) end
  local pieces = {}
  for n = 1, #account, most do
    pieces[#pieces + 1] = cmsgpack.pack(unpack(account, n, math.min(n + most - 1, #account)))
  end
  return table.concat(pieces)
end
`;

export const decision = `${packing}
local batch = cjson.decode(ARGV[1])
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local accounts, changed = {}, {}

local function accountAt(key)
  local account = accounts[key]
  if not account then
    local kept = redis.call('GET', key)
    account = kept and unpacked(kept) or {}
    accounts[key] = account
  end
  return account
end

local function remove(account, at, many)
  local size = #account
  for n = at, size do account[n] = account[n + many] end
end

local function find(account, name, slice, hint)
  if account[hint] == name then return hint end
  local at, size = 1, #account
  while at < size do
    if account[at] == name then return at end
    at = at + 3 + 2 * account[at + 2]
  end
  account[at], account[at + 1], account[at + 2] = name, slice, 0
  return at
end

local function setBack(account, at, current)
  local last = at + 1 + 2 * account[at + 2]
  local ahead = account[last] - current - 1
  if ahead > 0 then
    for n = at + 3, last, 2 do account[n] = account[n] - ahead end
  end
end

local function drop(account, at, slice)
  local current = math.floor(now / slice)
  local oldest = current - 10
  if account[at + 2] > 0 then setBack(account, at, current) end
  while account[at + 2] > 0 and account[at + 3] < oldest do
    remove(account, at + 3, 2)
    account[at + 2] = account[at + 2] - 1
  end
end

local function used(account, at, slice)
  drop(account, at, slice)
  local sum = 0
  for n = at + 4, at + 2 + 2 * account[at + 2], 2 do sum = sum + account[n] end
  return sum
end

local function freesIn(account, at, left, amount, max)
  local slice = account[at + 1]
  for n = at + 3, at + 1 + 2 * account[at + 2], 2 do
    left = left - account[n + 1]
    if left + amount <= max then return math.ceil(math.max(0, (account[n] + 11) * slice - now)) end
  end
  return slice * 10
end

local function add(account, at, amount)
  local current, last = math.floor(now / account[at + 1]), at + 1 + 2 * account[at + 2]
  if account[at + 2] > 0 and account[last] >= current then
    account[last + 1] = account[last + 1] + amount
  else
    table.insert(account, last + 2, amount)
    table.insert(account, last + 2, current)
    account[at + 2] = account[at + 2] + 1
  end
end

local function decide(question)
  local how, first, message, onces, marks, amount, owners, plan = unpack(question)
  local isFirst = message == 1 and how == 'count'
    and redis.call('SET', KEYS[first], table.concat(onces), 'PX', batch.message, 'NX')
  local charged = message == 1 and not isFirst and redis.call('GET', KEYS[first])
  local isDone, age, known = {}, {}, {}
  if charged then
    for n = 1, #onces do isDone[n] = string.find(charged, onces[n], 1, true) end
  end
  local place = first + #owners
  for n = 1, #marks do
    if marks[n] == 0 then
      age[n] = 0
    else
      place = place + 1
      known[n] = KEYS[place]
      local last = redis.call('ZSCORE', known[n], marks[n])
      age[n] = last and now - last or batch.known
    end
  end
  local due, soft = { 0 }, { 0 }
  local raised, names, places, many = {}, {}, {}, 0
  local charges, next, room, kinds = batch.plans[plan], 1, {}, #marks + 1
  for n = 1, #owners * kinds do room[n] = batch.unasked end
  for number = 1, #charges do
    local owner, meter, slice, max, once, ifNew, isSoft, isDoubtful = unpack(charges[number])
    local key, name = KEYS[first + owner], owners[owner] .. meter
    local account = accountAt(key)
    local at = find(account, name, slice, next)
    local sum = used(account, at, slice)
    next = at + 3 + 2 * account[at + 2]
    local isDue = not isDone[once] and (ifNew == 0 or age[ifNew] >= batch.known)
    if isDue and isSoft == 0 and sum + amount > max and how ~= 'count' then
      return { number, sum, freesIn(account, at, sum, amount, max) }
    end
    if isDue then due[#due + 1] = number end
    if isDue and isDoubtful == 0 then
      many = many + 1
      raised[many], names[many], places[many] = account, name, at
      if how ~= 'look' then
        sum = sum + amount
        changed[key] = true
      end
    end
    if isSoft == 1 and sum > max then
      soft[#soft + 1] = number
      soft[#soft + 1] = sum
    end
    local left, kind = math.floor((max / 2 - sum) / 8), (owner - 1) * kinds + ifNew + 1
    if left < room[kind] then room[kind] = left end
  end
  if how == 'look' then return { 0, due, soft, room } end
  for n = many, 1, -1 do add(raised[n], find(raised[n], names[n], 0, places[n]), amount) end
  if charged then
    for n = 1, #onces do if not isDone[n] then redis.call('APPEND', KEYS[first], onces[n]) end end
  elseif message == 1 and not isFirst then
    redis.call('SET', KEYS[first], table.concat(onces), 'PX', batch.message)
  end
  for n = 1, #marks do
    if age[n] >= batch.renewed then
      redis.call('ZADD', known[n], now, marks[n])
      redis.call('PEXPIRE', known[n], batch.known)
      if age[n] >= batch.known then redis.call('ZREMRANGEBYRANK', known[n], 0, -batch.marks - 1) end
    end
  end
  return { 0, due, soft, room }
end

local answers = {}
for n = 1, #batch.questions do answers[n] = decide(batch.questions[n]) end
for key in pairs(changed) do
  local account, at, longest = accounts[key], 1, 0
  while at < #account do
    drop(account, at, account[at + 1])
    if account[at + 2] == 0 then
      remove(account, at, 3)
    else
      longest = math.max(longest, account[at + 1])
      at = at + 3 + 2 * account[at + 2]
    end
  end
  redis.call('SET', key, packed(account), 'PX', math.ceil(longest * 11))
end
return cjson.encode(answers)
`;

/** JSON: the time, then the accounts of KEYS, as they lie there. */
export const reading = `${packing}
local now = redis.call('TIME')
local answer = { now[1] * 1000 + math.floor(now[2] / 1000) }
for _, key in ipairs(KEYS) do
  local kept = redis.call('GET', key)
  answer[#answer + 1] = kept and unpacked(kept) or { 0 }
end
return cjson.encode(answer)
`;
