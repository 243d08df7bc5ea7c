-- Drives Neovim as a person does, and prints what they see.
local function fail(reason)
  io.stdout:write("FAILED: " .. tostring(reason) .. "\n")
  vim.cmd("cquit 1")
end

local function step(name, value)
  io.stdout:write("--- " .. name .. "\n" .. value .. "\n")
end

local function await(what, condition)
  if not vim.wait(60000, condition, 20) then
    error("nothing came: " .. what)
  end
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
end

local function messages()
  local found = {}
  for _, finding in ipairs(vim.diagnostic.get(0)) do
    local first = vim.split(finding.message, "\n")[1]
    table.insert(found, string.format("%d:%d-%d %s", finding.lnum, finding.col, finding.end_col, first))
  end
  return table.concat(found, "\n")
end

local function place(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
end

local ok, reason = pcall(function()
  vim.cmd("edit issuance.claims")
  await("diagnostics", function() return #vim.diagnostic.get(0) > 0 end)
  step("diagnostics, columns in bytes", messages())

  place(2, 20)
  local answers = vim.lsp.buf_request_sync(0, "textDocument/hover", vim.lsp.util.make_position_params(), 60000)
  local _, answer = next(answers)
  step("hover", table.concat(vim.lsp.util.convert_input_to_markdown_lines(answer.result.contents), "\n"))

  local range = vim.lsp.util.make_given_range_params({ 2, 20 }, { 2, 20 })
  range.context = { diagnostics = {} }
  answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", range, 60000)
  local client, actions = next(answers)
  local action = actions.result[1]
  vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(client).offset_encoding)
  step("code action: " .. action.title, text())
  await("no diagnostics", function() return #vim.diagnostic.get(0) == 0 end)

  vim.lsp.buf.formatting_sync(nil, 60000)
  step("formatted", text())

  local last = vim.api.nvim_buf_line_count(0)
  vim.api.nvim_buf_set_lines(0, last, -1, false, { 'd:[Type == "urn:example:"] => issue(claim = d);' })
  place(last + 1, #'d:[Type == "urn:example:')
  answers = vim.lsp.buf_request_sync(0, "textDocument/completion", vim.lsp.util.make_position_params(), 60000)
  _, answer = next(answers)
  local items = vim.lsp.util.text_document_completion_list_to_complete_items(answer.result, "urn:example:")
  local words = {}
  for _, item in ipairs(items) do
    table.insert(words, item.word .. " (" .. item.menu .. item.kind .. ")")
  end
  step("completion", table.concat(words, "\n"))
  vim.cmd("qall!")
end)
if not ok then
  fail(reason)
end
