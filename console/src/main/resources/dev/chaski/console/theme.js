// Before anything is drawn, so that a page in the other theme never flashes.
try {
    const theme = localStorage.getItem('chaski.theme');
    if (theme === 'light' || theme === 'dark') {
        document.documentElement.dataset.theme = theme;
    }
} catch {
    // A browser that keeps nothing follows its system.
}
