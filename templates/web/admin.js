// Loads the preview anew when the edition may have changed. Without this script
// the page is as good, and has to be loaded by hand.
const live = document.getElementById("live");
const source = new EventSource(live.dataset.changes);
source.addEventListener("changed", () => location.reload());
source.addEventListener("open", () => { live.textContent = live.dataset.live; });
addEventListener("beforeunload", () => { sessionStorage.setItem("top", scrollY); source.close(); });
scrollTo(0, sessionStorage.getItem("top") || 0);
