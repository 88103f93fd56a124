-- lunora-advisor in Neovim. 0.11 and later use lsp/lunora_advisor.lua beside this; for 0.7 to 0.10, call `setup()`.

local M = {}

M.cmd = { "lunora-advisor", "lsp" }
M.filetypes = { "typescript", "typescriptreact", "javascript", "javascriptreact" }

--- Asks the server something. Neovim 0.11 has methods where there were functions.
local function request(client, method, parameters, handler, buffer)
  if vim.fn.has("nvim-0.11") == 1 then
    client:request(method, parameters, handler, buffer)
  else
    client.request(method, parameters, handler, buffer)
  end
end

--- Has the server run a command, and hands on what it gives. An error is shown.
local function execute(client, buffer, command, argument, on_result)
  local parameters = { command = "lunora-advisor." .. command, arguments = { argument } }
  request(client, "workspace/executeCommand", parameters, function(error, result)
    if error then
      vim.notify(error.message, vim.log.levels.ERROR)
    elseif on_result then
      on_result(result)
    end
  end, buffer)
end

--- Shows what a command gives for people to read, `{ title, text }`, in a window below; `q` closes it, `gF` on a place goes there.
local function show(result)
  if type(result) ~= "table" or not result.text then
    return
  end
  vim.cmd("botright new")
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].buftype = "nofile"
  vim.bo[buffer].bufhidden = "wipe"
  vim.bo[buffer].swapfile = false
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(result.text, "\n", { trimempty = true }))
  vim.bo[buffer].modifiable = false
  vim.b[buffer].lunora_advisor_title = result.title
  vim.wo.statusline = "%{b:lunora_advisor_title}"
  vim.keymap.set("n", "q", "<cmd>close<cr>", { buffer = buffer, nowait = true })
end

--- Shows places in the quickfix list.
local function list(title, items)
  vim.fn.setqflist({}, " ", { title = title, items = items })
  vim.cmd("botright copen")
end

--- Which procedure reads and writes which table by which index, as a list whose entries lead there; scans are warnings.
local function show_graph(graph)
  local items = {}
  for _, project in ipairs(graph.projects) do
    local nodes, performers = {}, {}
    for _, node in ipairs(project.nodes) do
      nodes[node.id] = node
    end
    for _, edge in ipairs(project.edges) do
      if edge.kind == "performs" then
        performers[edge.to] = performers[edge.to] or {}
        table.insert(performers[edge.to], nodes[edge.from].name)
      end
    end
    local verbs = { reads = "reads", writes = "writes", uses = "reads by", implies = "reads by", loads = "loads" }
    for _, edge in ipairs(project.edges) do
      local operation, target, verb = nodes[edge.from], nodes[edge.to], verbs[edge.kind]
      if operation and target and verb and operation.file then
        local name = target.table and (target.table .. "." .. target.name) or target.name
        table.insert(items, {
          filename = vim.uri_to_fname(project.rootUri) .. "/" .. operation.file,
          lnum = operation.line,
          col = operation.column,
          type = edge.scan and "W" or "I",
          text = table.concat({
            table.concat(performers[operation.id] or {}, ", "),
            edge.scan and "scans" or verb,
            name,
          }, " "),
        })
      end
    end
  end
  list("Lunora: who reads and writes what", items)
end

--- The places that a lens counts, in the quickfix list.
local function show_references(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  execute(client, context.bufnr, "places", command.arguments[1], function(places)
    if places and #places > 0 then
      list("Lunora", vim.lsp.util.locations_to_items(places, client.offset_encoding))
    end
  end)
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
    execute(client, context.bufnr, "apply", ticket)
  end)
end

--- Commands of lenses and code actions that are run here; others are left to the server.
M.commands = {
  ["lunora-advisor.accessPaths"] = function(command, context)
    local client = vim.lsp.get_client_by_id(context.client_id)
    execute(client, context.bufnr, "accessPaths", command.arguments[1], show)
  end,
  ["lunora-advisor.showReferences"] = show_references,
  ["lunora-advisor.suppress"] = suppress,
}

--- What `:LunoraAdvisor` can be told, each with the command of the server and what shows its result.
local SUBCOMMANDS = {
  graph = { command = "graph", show = show_graph },
  paths = { command = "accessPaths", show = show },
  status = { command = "status", show = show },
  verify = { command = "verify", show = show },
}

--- The names of what `:LunoraAdvisor` can be told.
function M.subcommands()
  local names = vim.tbl_keys(SUBCOMMANDS)
  table.sort(names)
  return names
end

--- Does what `:LunoraAdvisor` is told, at the cursor.
---@param name string one of `subcommands()`
function M.run(name)
  local subcommand = SUBCOMMANDS[name]
  if not subcommand then
    vim.notify(("Lunora Advisor: there is no `%s`, only %s"):format(name, table.concat(M.subcommands(), ", ")), vim.log.levels.ERROR)
    return
  end
  local buffer = vim.api.nvim_get_current_buf()
  local clients = vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = buffer }) or vim.lsp.buf_get_clients(buffer)
  for _, client in pairs(clients) do
    if client.name == "lunora_advisor" then
      local at = vim.lsp.util.make_position_params(0, client.offset_encoding)
      execute(client, buffer, subcommand.command, { uri = at.textDocument.uri, position = at.position }, subcommand.show)
      return
    end
  end
  vim.notify("Lunora Advisor: no server is attached to this buffer", vim.log.levels.ERROR)
end

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
