-- Opens a file with a finding, applies the fix that adds an index, saves, and waits until the finding is gone.
-- Told by the environment: PROGRAM (lunora-advisor), FILE, RULE. Ends Neovim with status 0, or prints why not and ends it with 1.

local SLOW_MS = 60000

local function fail(...)
  io.stderr:write(table.concat({ ... }, " "), "\n")
  vim.cmd("cquit 1")
end

local function wait(what, is_true)
  if not vim.wait(SLOW_MS, is_true, 20) then
    local messages = vim.tbl_map(function(diagnostic)
      return diagnostic.message
    end, vim.diagnostic.get(0))
    fail("waited in vain:", what, vim.inspect(messages))
  end
end

local cmd = { vim.env.PROGRAM, "lsp" }
if vim.lsp.config then
  vim.lsp.config("lunora_advisor", { cmd = cmd })
  vim.lsp.enable("lunora_advisor")
else
  require("lunora_advisor").setup({ cmd = cmd })
end

vim.cmd("filetype on")
vim.cmd("edit " .. vim.fn.fnameescape(vim.env.FILE))
local buffer = vim.api.nvim_get_current_buf()

local function finding()
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    if diagnostic.code == vim.env.RULE or vim.tbl_get(diagnostic, "user_data", "lsp", "code") == vim.env.RULE then
      return diagnostic
    end
  end
end

wait("the finding is reported", finding)
local found = finding()
if found.source ~= "lunora-advisor" then
  fail("the source is", found.source)
end

-- The user picks the action from a list; here its title picks it.
local picked
vim.ui.select = function(actions, _, choose)
  for _, action in ipairs(actions) do
    local title = (action.action or action[2]).title
    if title:find("^Add index") then
      picked = title
      choose(action)
      return
    end
  end
  fail("no action adds an index:", vim.inspect(actions))
end
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
vim.lsp.buf.code_action()
wait("the action is offered", function()
  return picked
end)
wait("the finding is gone after the fix", function()
  return not finding()
end)
vim.cmd("wall")
vim.wait(500)
if finding() then
  fail("the finding is back after saving")
end
print("applied: " .. picked)
vim.cmd("qall!")
