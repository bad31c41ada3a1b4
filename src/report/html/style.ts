/**
 * The whole style of a report. Colours are variables that charts use too; dark mode and print only change variables.
 * Contrast of text against paper is at least 4.5:1 in both (WCAG 2.2, 1.4.3).
 */
export const STYLE = `
:root{color-scheme:light dark;--paper:#ffffff;--raised:#f6f7f9;--ink:#1b2330;--muted:#566072;--grid:#dfe3ea;--rule:#d5dae3;
--good:#0b6e4f;--good-bg:#e8f5ef;--bad:#b3261e;--bad-bg:#fcecea;--caution:#8a5300;--caution-bg:#fdf3e1;
--s1:#2260b3;--s2:#d07a0c;--s3:#138a72;--s4:#8250c4;--s5:#b8478a;--s6:#6b7686}
@media (prefers-color-scheme:dark){:root{--paper:#12161d;--raised:#1a2029;--ink:#e4e8ee;--muted:#9ca7b8;--grid:#2b3340;--rule:#313a48;
--good:#5fd0a5;--good-bg:#12291f;--bad:#ff8f85;--bad-bg:#341916;--caution:#f2b457;--caution-bg:#2e2412;
--s1:#6aa9f4;--s2:#f0a24a;--s3:#4cc7ab;--s4:#b592f0;--s5:#e685bb;--s6:#9aa5b5}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:66rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .35rem;overflow-wrap:anywhere}
h2{font-size:1.35rem;margin:3rem 0 .9rem;padding-top:1.1rem;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:1.9rem 0 .5rem;overflow-wrap:anywhere}
p.t-quiet{font-size:.92rem}p,ul{margin:.6rem 0;max-width:46rem;overflow-wrap:anywhere}
ul{padding-left:1.25rem}
.kicker{margin:0 0 .2rem;font-size:.8rem;letter-spacing:.08em;text-transform:uppercase;color:var(--muted)}
.facts-line,.quiet,.legend,figcaption,nav{color:var(--muted)}
.facts-line{font-size:.92rem;margin:0;max-width:none}
.verdict{margin:1.4rem 0;padding:.85rem 1.1rem;border-left:5px solid;border-radius:4px;font-size:1.12rem;max-width:none}
.verdict b{display:block;font-size:.8rem;letter-spacing:.06em;text-transform:uppercase}
.verdict.good{border-color:var(--good);background:var(--good-bg)}.verdict.good b{color:var(--good)}
.verdict.bad{border-color:var(--bad);background:var(--bad-bg)}.verdict.bad b{color:var(--bad)}
.verdict.caution{border-color:var(--caution);background:var(--caution-bg)}.verdict.caution b{color:var(--caution)}
.verdict.quiet{border-color:var(--s6);background:var(--raised)}.verdict.quiet b{color:var(--muted)}
.box{background:var(--raised);border:1px solid var(--rule);border-radius:8px;padding:.3rem 1.25rem 1rem}
.box h2{border:0;margin:.9rem 0 .4rem;padding:0}
nav{font-size:.92rem;margin:1.2rem 0}nav a{margin-right:1.1rem;white-space:nowrap}
a{color:var(--s1)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem;margin:.6rem 0}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.88rem;line-height:1.35;font-variant-numeric:tabular-nums;min-width:40%}
th,td{padding:.32rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
th{font-weight:600;color:var(--muted);white-space:nowrap;border-bottom-color:var(--rule);vertical-align:bottom}
td{white-space:nowrap}td.w{white-space:normal;overflow-wrap:anywhere;min-width:8rem;max-width:24rem}
th:first-child,td:first-child{padding-left:0}
.r{text-align:right}
tr:last-child td{border-bottom-color:var(--rule)}
.t-good{color:var(--good)}.t-bad{color:var(--bad);font-weight:600}.t-caution{color:var(--caution)}.t-strong{font-weight:600}.t-quiet{color:var(--muted)}
.legend{font-size:.82rem;margin:.35rem 0 0}
figure{margin:1.4rem 0}figcaption{font-size:.92rem;margin:0 0 .3rem;max-width:46rem;overflow-wrap:anywhere}
figure .scroll svg{display:block;width:100%;min-width:32rem;height:auto}
pre{background:var(--raised);border:1px solid var(--rule);border-radius:6px;padding:.8rem 1rem;overflow-x:auto;font:.84rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
summary{cursor:pointer;font-weight:600;margin:1rem 0 .4rem}
footer{margin-top:3rem;color:var(--muted);font-size:.85rem}
@media(max-width:40rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
@media print{:root{color-scheme:light;--paper:#fff;--raised:#fff;--ink:#000;--muted:#444;--grid:#ddd;--rule:#bbb;--good:#0b6e4f;--good-bg:#fff;--bad:#b3261e;--bad-bg:#fff;
--caution:#8a5300;--caution-bg:#fff;--s1:#2260b3;--s2:#d07a0c;--s3:#138a72;--s4:#8250c4;--s5:#b8478a;--s6:#6b7686}
body{font-size:10.5pt}main{max-width:none;padding:0}nav,footer{display:none}h2{margin-top:1.6rem}
h2,h3,figcaption{break-after:avoid}figure,tr,dl,.box,.verdict{break-inside:avoid}thead{display:table-header-group}
.scroll{overflow:visible}table{font-size:7.6pt}th,td{padding:.16rem .26rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}
figure .scroll svg{min-width:0}details::details-content{content-visibility:visible;display:block}}
@page{margin:16mm 14mm}
`;
