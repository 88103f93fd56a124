-- lunora-advisor in Neovim. 0.11 and later use lsp/lunora_advisor.lua beside this; for 0.7 to 0.10, call `setup()`.

local M = {}

M.cmd = { "lunora-advisor", "lsp" }
M.filetypes = { "typescript", "typescriptreact", "javascript", "javascriptreact" }

--- Shows what a command of the server gives for people to read: `{ title, text }`.
local function show(error, result)
  if error then
    vim.notify(error.message, vim.log.levels.ERROR)
  elseif type(result) == "table" and result.text then
    vim.lsp.util.open_floating_preview(vim.split(result.text, "\n"), "", { border = "rounded" })
  end
end

local function run(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  client.request("workspace/executeCommand", { command = command.command, arguments = command.arguments }, show, context.bufnr)
end

--- The places that a lens counts, in the quickfix list.
local function show_references(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local parameters = { command = "lunora-advisor.places", arguments = command.arguments }
  client.request("workspace/executeCommand", parameters, function(error, places)
    if error then
      vim.notify(error.message, vim.log.levels.ERROR)
    elseif places and #places > 0 then
      local items = vim.lsp.util.locations_to_items(places, client.offset_encoding)
      vim.fn.setqflist({}, " ", { title = "Lunora", items = items })
      vim.cmd("botright copen")
    end
  end, context.bufnr)
end

--- Asks why a finding may stay, which goes into the comment that suppresses it.
local function suppress(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  vim.ui.input({ prompt = "Why may this stay as it is? " }, function(reason)
    if not reason or vim.trim(reason) == "" then
      return
    end
    local ticket = vim.deepcopy(command.arguments[1])
    ticket.task.reason = reason
    client.request("workspace/executeCommand", { command = "lunora-advisor.apply", arguments = { ticket } }, show, context.bufnr)
  end)
end

--- Commands of lenses and code actions that are run here; others are left to the server.
M.commands = {
  ["lunora-advisor.accessPaths"] = run,
  ["lunora-advisor.status"] = run,
  ["lunora-advisor.showReferences"] = show_references,
  ["lunora-advisor.suppress"] = suppress,
}

--- What Neovim can, with those commands that the server may use only if it is told of them.
function M.capabilities()
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  capabilities.experimental = { commands = { commands = { "lunora-advisor.showReferences", "lunora-advisor.suppress" } } }
  return capabilities
end

--- Starts the server for each Lunora project that is opened. Not for Neovim 0.11 and later: there, `vim.lsp.enable("lunora_advisor")`.
---@param options table|nil what `vim.lsp.start_client` takes, such as `cmd`, `settings`, `on_attach`
function M.setup(options)
  local config = vim.tbl_deep_extend("force", {
    name = "lunora_advisor",
    cmd = M.cmd,
    settings = { ["lunora-advisor"] = vim.empty_dict() },
    commands = M.commands,
    capabilities = M.capabilities(),
  }, options or {})
  local clients = {} -- by root
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("lunora_advisor", {}),
    pattern = M.filetypes,
    callback = function(event)
      local root = M.root(vim.api.nvim_buf_get_name(event.buf))
      if not root then
        return
      end
      local client = clients[root]
      if not (client and vim.lsp.get_client_by_id(client)) then
        local folder = { uri = vim.uri_from_fname(root), name = root }
        client = vim.lsp.start_client(vim.tbl_extend("force", config, { root_dir = root, workspace_folders = { folder } }))
        clients[root] = client
      end
      if client then
        vim.lsp.buf_attach_client(event.buf, client)
      end
    end,
  })
end

--- The nearest folder above a file that is a repository or has a configuration or a package.json, in this order.
function M.root(file)
  for _, markers in ipairs({ { "lunora-advisor.jsonc", "lunora-advisor.json" }, { ".git" }, { "package.json" } }) do
    local folder = vim.fn.fnamemodify(file, ":p:h")
    while true do
      for _, marker in ipairs(markers) do
        if vim.loop.fs_stat(folder .. "/" .. marker) then
          return folder
        end
      end
      local above = vim.fn.fnamemodify(folder, ":h")
      if above == folder then
        break
      end
      folder = above
    end
  end
end

return M
