-- An Application is as healthy as Argo CD has found its objects to be, and on its way until it has looked at them.
local health = {
  status = "Progressing",
  message = "Argo CD has not assessed this Application yet",
}
local found = obj.status ~= nil and obj.status.health or nil
if found ~= nil and found.status ~= nil and found.status ~= "" then
  health.status = found.status
  health.message = found.message or ""
end
return health
