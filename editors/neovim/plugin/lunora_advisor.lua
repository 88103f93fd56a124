-- `:LunoraAdvisor graph|paths|status|verify`, for the project and place of the current buffer.

vim.api.nvim_create_user_command("LunoraAdvisor", function(command)
  require("lunora_advisor").run(command.args)
end, {
  nargs = 1,
  desc = "Show what lunora-advisor knows of this project or place",
  complete = function(start)
    return vim.tbl_filter(function(name)
      return vim.startswith(name, start)
    end, require("lunora_advisor").subcommands())
  end,
})
