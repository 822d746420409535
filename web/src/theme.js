// Runs before the first paint so that a dark page never flashes white.
;(() => {
  let choice = 'system'
  try {
    choice = localStorage.getItem('hookspan.theme') || 'system'
  } catch {}
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
