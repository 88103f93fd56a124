-- Runs every command of the plugin as a user would, and looks at what it shows; then suppresses a finding with a reason, and saves.
-- Ends Neovim with status 0, or prints why not and ends it with 1.

local session = dofile(vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p:h") .. "/session.lua")

local found = session.open()
local code = vim.api.nvim_get_current_win()

--- Runs `:LunoraAdvisor …` at the finding, waits for a window whose text has all of these parts, and closes it.
local function expect_text(subcommand, ...)
  local parts = { ... }
  vim.api.nvim_win_set_cursor(code, { found.lnum + 1, found.col })
  vim.cmd("LunoraAdvisor " .. subcommand)
  session.wait(subcommand .. " opens a window", function()
    return vim.api.nvim_get_current_win() ~= code
  end)
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
  for _, part in ipairs(parts) do
    if not text:find(part, 1, true) then
      session.fail(subcommand, "does not say", part, "but", text)
    end
  end
  vim.cmd("close")
  vim.api.nvim_set_current_win(code)
end

expect_text("status", "files: ", "findings: ", "last pass: ")
expect_text("paths", "presence", "SCAN")
expect_text("verify", "filter_without_index")
expect_text("graph", "presence:online scans presence", "reads by memberships.")
local entry = vim.fn.getqflist()[1]
if entry.lnum < 1 or not vim.api.nvim_buf_get_name(entry.bufnr):find("/lunora/", 1, true) then
  session.fail("the list of the graph leads nowhere:", vim.inspect(entry))
end
if vim.inspect(vim.fn.getcompletion("LunoraAdvisor s", "cmdline")) ~= '{ "status" }' then
  session.fail("completion gives", vim.inspect(vim.fn.getcompletion("LunoraAdvisor s", "cmdline")))
end

vim.lsp.codelens.refresh()
local lens = session.wait("a lens is shown", function()
  return vim.tbl_filter(function(lens)
    return lens.command and vim.startswith(lens.command.title, "reads ")
  end, vim.lsp.codelens.get(session.buffer))[1]
end)
vim.api.nvim_win_set_cursor(code, { lens.range.start.line + 1, 0 })
vim.lsp.codelens.run()
session.wait("a lens leads to the places that it counts", function()
  return vim.bo.buftype == "quickfix" and #vim.fn.getqflist() > 1
end)
vim.cmd("close")
vim.api.nvim_set_current_win(code)

local asked
vim.ui.input = function(options, answer)
  asked = options.prompt
  answer("a hundred rows at most")
end
session.apply_action(found, "Suppress `" .. vim.env.RULE .. "` on this line")
session.wait("the finding is gone once it is suppressed", function()
  return not session.finding()
end)
if not asked then
  session.fail("nobody was asked for a reason")
end
local comment = vim.api.nvim_buf_get_lines(0, found.lnum, found.lnum + 1, false)[1]
local expected = "// lunora-advisor-disable-next-line " .. vim.env.RULE .. " -- a hundred rows at most"
if vim.trim(comment) ~= expected then
  session.fail("the comment is", comment)
end
vim.cmd("wall")
print("all commands ran")
vim.cmd("qall!")
