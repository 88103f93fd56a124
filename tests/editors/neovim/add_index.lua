-- Opens a file with a finding, applies the fix that adds an index, saves, and waits until the finding is gone.
-- Ends Neovim with status 0, or prints why not and ends it with 1.

local session = dofile(vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p:h") .. "/session.lua")

local found = session.open()
if found.source ~= "lunora-advisor" then
  session.fail("the source is", found.source)
end
local picked = session.apply_action(found, "Add index")
session.wait("the finding is gone after the fix", function()
  return not session.finding()
end)
vim.cmd("wall")
vim.wait(500)
if session.finding() then
  session.fail("the finding is back after saving")
end
print("applied: " .. picked)
vim.cmd("qall!")
