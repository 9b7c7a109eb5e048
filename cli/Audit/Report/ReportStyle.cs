namespace Federated.Cli.Audit.Report;

/// <summary>How a report looks on screen and on A4.</summary>
internal static class ReportStyle
{
    internal const string Css = """
        :root { --ink: #16212b; --soft: #56646f; --line: #d9e0e4; --wash: #f4f7f8; --teal: #0f766e; --teal-wash: #e7f4f2; --sand: #c98a1b; --red: #b42318; --red-wash: #fdecea; }
        * { box-sizing: border-box; }
        html { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
        body { margin: 0; background: #e9eef0; color: var(--ink); font: 14px/1.5 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
        main { max-width: 1020px; margin: 28px auto; padding: 40px 48px 32px; background: #fff; border: 1px solid var(--line); border-radius: 6px; }
        h1 { margin: 2px 0 18px; font-size: 30px; line-height: 1.2; letter-spacing: -.01em; }
        h2 { margin: 44px 0 6px; padding-top: 18px; border-top: 2px solid var(--ink); font-size: 20px; line-height: 1.3; overflow-wrap: anywhere; }
        h2 small { display: block; color: var(--soft); font-size: 11px; font-weight: 600; letter-spacing: .08em; text-transform: uppercase; }
        h3 { margin: 24px 0 6px; font-size: 15px; }
        p { margin: 6px 0 12px; }
        .eyebrow, .note { color: var(--soft); }
        .eyebrow { margin: 0; font-size: 12px; letter-spacing: .04em; }
        .note { max-width: 92ch; font-size: 13px; }
        code, .hash { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; font-size: 11px; overflow-wrap: anywhere; }
        .verdict { display: flex; gap: 18px; align-items: flex-start; padding: 18px 22px; border-left: 6px solid var(--teal); border-radius: 4px; background: var(--teal-wash); }
        .verdict svg { flex: none; width: 44px; height: 44px; }
        .verdict strong { display: block; color: var(--teal); font-size: 22px; line-height: 1.2; }
        .verdict p { margin: 6px 0 0; }
        .failed .verdict { border-color: var(--red); background: var(--red-wash); }
        .failed .verdict strong { color: var(--red); }
        .failed h2[data-unverified]::after { content: attr(data-unverified); float: right; padding: 2px 8px; border: 1px solid var(--red); border-radius: 3px; color: var(--red); font-size: 11px; text-transform: uppercase; letter-spacing: .06em; }
        .reason { overflow-wrap: anywhere; font-weight: 600; }
        dl { display: grid; grid-template-columns: 190px 1fr; gap: 6px 18px; margin: 18px 0 0; }
        dt { color: var(--soft); }
        dd { margin: 0; overflow-wrap: anywhere; }
        dd .note, td .note { display: block; font-size: .92em; }
        td .note.inline, .note.inline { display: inline; }
        .spent { display: flex; align-items: center; gap: 10px; white-space: nowrap; }
        .purpose { white-space: pre-line; }
        .fingerprint { font-size: 13px; font-weight: 600; }
        .scroll { overflow-x: auto; }
        table { width: 100%; margin: 8px 0 4px; border-collapse: collapse; font-size: 13px; }
        th { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--ink); color: var(--soft); font-size: 11px; font-weight: 600; text-align: left; vertical-align: bottom; }
        td { padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
        th:last-child, td:last-child { padding-right: 0; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        td.time, td.entry { white-space: nowrap; font-variant-numeric: tabular-nums; }
        td.hash { min-width: 150px; overflow-wrap: anywhere; }
        tr.group td { padding-top: 18px; border-bottom: 1px solid var(--soft); background: none; font-weight: 600; }
        tr.group .note { display: inline; font-weight: 400; }
        tr.group td { overflow-wrap: anywhere; }
        tbody tr:first-child.group td { padding-top: 10px; }
        .yes { color: var(--teal); font-weight: 600; }
        .no { color: var(--red); font-weight: 600; }
        svg.bar { display: block; flex: none; }
        svg.chart { display: block; width: 100%; max-width: 760px; margin: 10px 0 4px; font-family: inherit; }
        svg .track { fill: #e4eaed; }
        svg .used { fill: var(--teal); }
        svg .used.other { fill: var(--sand); }
        svg .step { stroke: #fff; stroke-width: 1; opacity: .75; }
        svg .limit { stroke: var(--soft); stroke-width: 1; }
        svg .limit.end { stroke: var(--ink); stroke-dasharray: 3 2; }
        svg text { fill: var(--ink); font-size: 11.5px; }
        svg text.axis { fill: var(--soft); font-size: 10.5px; }
        .legend span { display: inline-block; width: 11px; height: 11px; margin: 0 6px -1px 14px; border-radius: 2px; background: var(--teal); }
        .legend span:first-child { margin-left: 0; }
        .legend span.other { background: var(--sand); }
        .columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 36px; }
        .columns h3 { margin-top: 6px; }
        ul, ol { margin: 6px 0 12px; padding-left: 20px; }
        li { margin: 5px 0; }
        pre { margin: 4px 0 10px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 4px; background: var(--wash); white-space: pre-wrap; overflow-wrap: anywhere; font: 12px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
        footer { margin-top: 40px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--soft); font-size: 12px; overflow-wrap: anywhere; }
        @media (max-width: 720px) { main { margin: 0; padding: 24px 18px; border: 0; } dl, .columns { grid-template-columns: 1fr; } dl { gap: 0; } dd { margin-bottom: 8px; } }
        @page { size: A4; margin: 14mm 13mm 16mm; }
        @media print {
          body { background: #fff; font-size: 9.5pt; line-height: 1.4; }
          main { max-width: none; margin: 0; padding: 0; border: 0; }
          h1 { font-size: 20pt; }
          h2 { margin-top: 22pt; font-size: 13pt; break-after: avoid; }
          h3 { break-after: avoid; font-size: 10.5pt; }
          table { font-size: 8pt; }
          .note { font-size: 8.5pt; }
          dd .note, td .note, tr.group .note { font-size: .92em; }
          .columns { display: block; }
          th { font-size: 7pt; }
          code, .hash { font-size: 6.8pt; }
          .fingerprint { font-size: 8.5pt; }
          td, th { padding-right: 8px; }
          dl { grid-template-columns: 125px 1fr; gap: 3px 12px; }
          .scroll { overflow: visible; }
          tr, li, pre, svg, .verdict, .set { break-inside: avoid; }
          thead { display: table-header-group; }
          tr.group { break-after: avoid; }
          .note + table, .note + .scroll { break-before: avoid; }
        }
        """;
}
