-- wrk's side of bench/flood.py: sends what that has signed, a line each: signature, tab, body. With
-- a rate, requests are due at even intervals; without one, as soon as the last one is answered.
local ffi = require("ffi")
ffi.cdef("typedef struct { long s, us; } moment; int gettimeofday(moment *at, void *zone);")

local headers = {["Content-Type"] = "application/json"}
local lines, moment, rate, began
local due = 0

local function seconds()
   ffi.C.gettimeofday(moment, nil)
   return tonumber(moment.s) + tonumber(moment.us) / 1e6
end

local function milliseconds_until_due()
   began = began or seconds()
   local left = began + due / rate - seconds()
   due = due + 1
   return math.max(0, math.floor(left * 1000 + 0.5))
end

function init(args)
   lines = io.lines(args[1])
   rate = tonumber(args[2])
   moment = ffi.new("moment")
   if rate > 0 then
      delay = milliseconds_until_due
   end
end

function request()
   local signature, body = assert(lines(), "all is sent that was signed"):match("^(%w+)\t(.+)$")
   headers["X-Signature"] = signature
   return wrk.format("POST", nil, headers, body)
end

function done(summary, latency)
   local failed = summary.errors
   local errors = failed.connect + failed.read + failed.write + failed.status + failed.timeout
   print(string.format(
      '{"requests": %d, "errors": %d, "seconds": %f, "p50": %f, "p95": %f, "p99": %f}',
      summary.requests, errors, summary.duration / 1e6, latency:percentile(50) / 1000,
      latency:percentile(95) / 1000, latency:percentile(99) / 1000
   ))
end
