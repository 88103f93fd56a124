-- What the scripts share: a server that is started as a user would start it, waiting, and what is reported of the current buffer.
-- Told by the environment: PROGRAM (lunora-advisor), FILE, RULE.

local M = {}

local SLOW_MS = 60000

--- Ends Neovim with status 1 and says why.
function M.fail(...)
  io.stderr:write(table.concat({ ... }, " "), "\n")
  vim.cmd("cquit 1")
end

--- Lets Neovim work until something is true, and gives it.
function M.wait(what, is_true)
  local found
  local function look()
    found = is_true()
    return found
  end
  if not vim.wait(SLOW_MS, look, 20) then
    local messages = vim.tbl_map(function(diagnostic)
      return diagnostic.message
    end, vim.diagnostic.get(0))
    M.fail("waited in vain:", what, vim.inspect(messages), vim.fn.execute("messages"))
  end
  return found
end

--- Starts the server and opens FILE; gives its finding of RULE.
function M.open()
  local cmd = { vim.env.PROGRAM, "lsp" }
  if vim.lsp.config then
    vim.lsp.config("lunora_advisor", { cmd = cmd })
    vim.lsp.enable("lunora_advisor")
  else
    require("lunora_advisor").setup({ cmd = cmd })
  end
  vim.cmd("runtime plugin/lunora_advisor.lua")
  vim.cmd("filetype on")
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.FILE))
  M.buffer = vim.api.nvim_get_current_buf()
  return M.wait("the finding is reported", M.finding)
end

--- The finding of RULE in FILE, if there is one.
function M.finding()
  for _, diagnostic in ipairs(vim.diagnostic.get(M.buffer)) do
    if diagnostic.code == vim.env.RULE or vim.tbl_get(diagnostic, "user_data", "lsp", "code") == vim.env.RULE then
      return diagnostic
    end
  end
end

--- Applies the code action at a finding whose title begins with something, as a user who picks it from the list. Gives the title.
function M.apply_action(found, start)
  local picked
  vim.ui.select = function(actions, _, choose)
    for _, action in ipairs(actions) do
      local title = (action.action or action[2]).title
      if vim.startswith(title, start) then
        picked = title
        choose(action)
        return
      end
    end
    M.fail("no action begins with", start, vim.inspect(actions))
  end
  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
  vim.lsp.buf.code_action()
  M.wait("the action is offered", function()
    return picked
  end)
  return picked
end

return M
