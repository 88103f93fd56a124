-- For Neovim 0.11 and later: `vim.lsp.enable("lunora_advisor")`.

local lunora = require("lunora_advisor")

return {
  cmd = lunora.cmd,
  filetypes = lunora.filetypes,
  -- A monorepo is one root: the server finds the projects in it.
  root_markers = { { "lunora-advisor.jsonc", "lunora-advisor.json" }, ".git", "package.json" },
  settings = { ["lunora-advisor"] = vim.empty_dict() },
  commands = lunora.commands,
  capabilities = lunora.capabilities(),
}
