-- Neovim for claim rules: what docs/editors.md shows for Neovim 0.7 to 0.10.
vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
  pattern = "*.claims",
  callback = function(event)
    vim.bo[event.buf].filetype = "claims"
    local client = vim.lsp.start_client({ name = "rulecheck", cmd = { "rulecheck", "lsp" }, root_dir = vim.fn.getcwd() })
    vim.lsp.buf_attach_client(event.buf, client)
    vim.bo[event.buf].omnifunc = "v:lua.vim.lsp.omnifunc"
  end,
})
